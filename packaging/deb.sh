#!/bin/sh
# Make a Debian package of the bundle: `deb.sh [BUNDLE] [OUT]`; build/bundle/merdesk and build by default.
set -eu
cd "$(dirname "$0")/.."
bundle=${1:-build/bundle/merdesk}
out=${2:-build}
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' merdesk/__init__.py)
architecture=$(dpkg --print-architecture)
name=merdesk
[ -d "$bundle/_internal/torch" ] || name=merdesk-light
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
share="$tree/usr/share"
mkdir -p "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin" "$share/applications" "$share/metainfo" "$share/mime/packages" \
    "$share/icons/hicolor/scalable/apps" "$share/doc/$name" "$out"
cp -al "$(cd "$bundle" && pwd)" "$tree/opt/merdesk" 2>/dev/null || cp -a "$bundle" "$tree/opt/merdesk"
ln -s /opt/merdesk/merdesk "$tree/usr/bin/merdesk"
cp packaging/desktop/merdesk.desktop "$share/applications/"
cp packaging/desktop/merdesk.svg "$share/icons/hicolor/scalable/apps/"
cp packaging/desktop/merdesk-mime.xml "$share/mime/packages/merdesk.xml"
sed "s/@VERSION@/$version/; s/@DATE@/$(git log -1 --format=%cs 2>/dev/null || date +%F)/" \
    packaging/desktop/merdesk.metainfo.xml >"$share/metainfo/merdesk.metainfo.xml"
cat LICENSE "$bundle/LICENCES.txt" >"$share/doc/$name/copyright"

# The bundle brings its libraries; drawing, fonts and the X server's side are the system's.
cat >"$tree/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: $architecture
Maintainer: The merdesk developers <merdesk@localhost>
Installed-Size: $(du -sk "$tree" | cut -f1)
Depends: libc6 (>= 2.36), libgl1, libegl1, libasound2 | libasound2t64, fontconfig, fonts-dejavu-core | fonts-dejavu
Recommends: libasound2-plugins
Conflicts: $([ "$name" = merdesk ] && echo merdesk-light || echo merdesk)
Section: science
Priority: optional
Description: see, hear and explain the distribution gap of music emotion
 A desktop program for people who study emotion in music: it shows clips of
 music in the valence-arousal plane, plays and rates them, extracts features,
 trains models, and writes bias reports.
CONTROL
dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$out/${name}_${version}_$architecture.deb"
