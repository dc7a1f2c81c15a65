"""What an edit changed, so that views refresh that and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Changes:
    """Tables that changed and the ids of their rows; None stands for "many: read again".

    Examples
    --------
    >>> a = Changes.of("annotation", [3]) | Changes.of("annotation", [5])
    >>> sorted(a.ids("annotation")), "clip" in a
    ([3, 5], False)
    """

    tables: Mapping[str, frozenset[int] | None] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, table: str, ids: Iterable[int] | None = None) -> "Changes":
        """Change of one table; ids None for many."""
        return cls(MappingProxyType({table: None if ids is None else frozenset(ids)}))

    def __or__(self, other: "Changes") -> "Changes":
        merged = dict(self.tables)
        for table, ids in other.tables.items():
            known = merged.get(table, frozenset())
            merged[table] = None if known is None or ids is None else known | ids
        return Changes(MappingProxyType(merged))

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def __bool__(self) -> bool:
        return bool(self.tables)

    def ids(self, table: str) -> frozenset[int] | None:
        """Ids changed in table: empty when it did not change, None for many."""
        return self.tables.get(table, frozenset())
