"""Menus, commands and shortcuts, as data: the menu bar and the shortcuts sheet are made from this list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """A command of the window; `name` is the method of the main window that does it, without its underscore."""

    name: str
    text: str
    menu: str
    shortcut: str = ""
    separated: bool = False
    writes: bool = False
    """True for commands that a read-only project does not offer."""


ACTIONS: tuple[Action, ...] = (
    Action("new_project", "New project...", "File", "Ctrl+N"),
    Action("open_project", "Open project...", "File", "Ctrl+O"),
    Action("open_demo", "Open the demo", "File"),
    Action("import_files", "Import music...", "File", "Ctrl+I", separated=True, writes=True),
    Action("import_folder", "Import folder or dataset...", "File", "Ctrl+Shift+I", writes=True),
    Action("import_table", "Import ratings from a table...", "File", "Ctrl+T", writes=True),
    Action("extract", "Extract features", "File", "Ctrl+E", separated=True, writes=True),
    Action("features", "Features...", "File", "Ctrl+Alt+E"),
    Action("locate_audio", "Locate audio...", "File", "Ctrl+L", writes=True),
    Action("save_picture", "Save picture...", "File", "Ctrl+Shift+S"),
    Action("copy_picture", "Copy picture", "File", "Ctrl+Alt+C"),
    Action("export_data", "Export annotations and data...", "File", "Ctrl+Shift+E"),
    Action("export_report", "Export report...", "File", "Ctrl+R"),
    Action("save_used_model", "Save the model in use...", "File", "Ctrl+Alt+W"),
    Action("load_model", "Load a model...", "File", "Ctrl+Alt+O", writes=True),
    Action("settings", "Settings...", "File", "Ctrl+,", separated=True),
    Action("quit", "Quit", "File", "Ctrl+Q", separated=True),
    Action("undo", "Undo", "Edit", "Ctrl+Z", writes=True),
    Action("redo", "Redo", "Edit", "Ctrl+Shift+Z", writes=True),
    Action("genres", "Genres...", "Edit", "Ctrl+G"),
    Action("studies", "Listening studies...", "Edit", "Ctrl+Alt+L"),
    Action("rating_quality", "Quality of ratings...", "Edit", "Ctrl+Alt+Q"),
    Action("find", "Search", "Edit", "Ctrl+F", separated=True),
    Action("select_all", "Select all shown clips", "Edit", "Ctrl+A"),
    Action("clear_selection", "Clear selection", "Edit", "Ctrl+Shift+A"),
    Action("show_all", "Show all clips", "Edit", "Ctrl+Shift+F"),
    Action("copy", "Copy clips as table", "Edit", "Ctrl+Shift+C"),
    Action("page_explore", "Explore", "View", "Ctrl+1"),
    Action("page_annotate", "Annotate", "View", "Ctrl+2"),
    Action("page_compare", "Compare", "View", "Ctrl+3"),
    Action("page_models", "Models", "View", "Ctrl+4"),
    Action("page_report", "Report", "View", "Ctrl+5"),
    Action("go_back", "Back", "View", "Alt+Left", separated=True),
    Action("go_forward", "Forward", "View", "Alt+Right"),
    Action("fit", "Show the whole plane", "View", "Ctrl+0", separated=True),
    Action("toggle_library", "Library", "View", "Ctrl+Shift+L"),
    Action("toggle_inspector", "Inspector", "View", "Ctrl+Shift+D"),
    Action("show_problems", "Problems", "View", "Ctrl+Shift+P"),
    Action("doctor", "Doctor...", "View", "Ctrl+D"),
    Action("as_filed", "Values as filed", "View", "Ctrl+Alt+F"),
    Action("theme_system", "Colours of the system", "View", separated=True),
    Action("theme_light", "Light", "View"),
    Action("theme_dark", "Dark", "View"),
    Action("play_pause", "Play or pause", "Play", "Ctrl+Space"),
    Action("next_clip", "Next clip", "Play", "Ctrl+Right"),
    Action("previous_clip", "Previous clip", "Play", "Ctrl+Left"),
    Action("play_selection", "Play the selected clips", "Play", "Ctrl+Return", separated=True),
    Action("play_line", "Play along the line between two clips", "Play", "Ctrl+Shift+Return"),
    Action("queue", "Queue", "Play", "Ctrl+U"),
    Action("shuffle", "Shuffle", "Play", "Ctrl+Alt+S"),
    Action("compare_clips", "Compare two clips, A and B", "Play", "Ctrl+B", separated=True),
    Action("other_clip", "Hear the other clip", "Play", "Ctrl+Alt+X"),
    Action("loop", "Repeat", "Play", "Ctrl+Alt+R", separated=True),
    Action("loop_from", "Repeat from here", "Play", "Ctrl+Alt+J"),
    Action("loop_until", "Repeat until here", "Play", "Ctrl+Alt+K"),
    Action("strip_mel", "Mel spectrogram", "Play", "Ctrl+Alt+M", separated=True),
    Action("strip_chroma", "Chroma", "Play", "Ctrl+Alt+H"),
    Action("zoom_in_time", "Zoom into the waveform", "Play", "Ctrl++"),
    Action("zoom_out_time", "Zoom out of the waveform", "Play", "Ctrl+-"),
    Action("whole_clip", "Show the whole waveform", "Play", "Ctrl+Alt+0"),
    Action("output_device", "Output device...", "Play", separated=True),
    Action("help", "Help on this page", "Help", "F1"),
    Action("shortcuts", "Keyboard shortcuts", "Help", "Ctrl+F1"),
    Action("tour", "Show the tour", "Help"),
    Action("open_log", "Open log folder", "Help", separated=True),
    Action("about", "About merdesk", "Help"),
)
MENUS = ("File", "Edit", "View", "Play", "Help")
