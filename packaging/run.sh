#!/bin/sh
# Start the window on the demo project; without a display, build the demo, its report and pictures of the window.
set -eu
cd "$(dirname "$0")/.."
demo=${MERDESK_DEMO:-demo.merdesk}
# A demo that is complete is left as it is; one that was interrupted is completed.
.venv/bin/merdesk demo "$demo"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" = Darwin ]; then
    exec .venv/bin/merdesk "$demo"
fi
echo "There is no display here, so the window cannot be shown. Making its report and pictures instead."
.venv/bin/merdesk report "$demo" --out build/demo-report
.venv/bin/python packaging/screenshots.py --project "$demo" --out build/demo-pictures
echo "Project:  $PWD/$demo"
echo "Report:   $PWD/build/demo-report/report.html"
echo "Pictures: $PWD/build/demo-pictures"
