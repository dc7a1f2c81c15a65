"""A process that appends to a store until it is killed, and says after each append how far it is.

Run as `append_forever.py FOLDER FIRST ROWS_AT_A_TIME`.
"""

import sys
from pathlib import Path

import feature_rows

from merdesk.features.store import FeatureStore


def main():
    folder, number, n = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with FeatureStore.open(folder) as store:
        print("open", flush=True)
        while True:
            numbers = range(number, number + n)
            store.append(
                feature_rows.row(i, features)
                for i in numbers
                for features in (feature_rows.CHROMA, feature_rows.BASIC)
            )
            number += n
            print(number, flush=True)


if __name__ == "__main__":
    main()
