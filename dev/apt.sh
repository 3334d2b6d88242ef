# shellcheck shell=bash disable=SC2034
# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# Sourced after env.sh: Debian packages that are unpacked and not installed. apt works in
# folders of its own, and the mirror is the one this machine's apt already uses.

# The first Debian mirror named by apt's sources, in either of their two formats, or by
# the list of mirrors that these name on cloud images. Security archives hold no suite
# 'unstable', third parties no Debian at all.
find_mirror() {
  local files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources)
  {
    cat "${files[@]}" 2>/dev/null | awk '
      /^[[:space:]]*#/ { next }
      /^URIs:/ { for (i = 2; i <= NF; i++) print $i }
      /^deb[[:space:]]/ { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; break } }
    '
    cat /etc/apt/mirrors/*.list 2>/dev/null | awk '!/^#/ { print $1 }'
  } | grep -E '^https?:.*/debian/?$' | head -n 1
}

# read_package_lists OTHER: sets $apt_dir, $apt_options and $stable, the release of this
# machine. OTHER says what else can be done where there is no Debian.
read_package_lists() {
  local other=$1 tool mirror keyring signed
  for tool in apt-get dpkg-deb; do
    have "$tool" || die "'$tool' is missing: on a system other than Debian, $other."
  done
  mirror=${DEBIAN_MIRROR:-$(find_mirror || true)}
  [ -n "$mirror" ] || die "No Debian mirror found in apt's sources: set DEBIAN_MIRROR to one; or $other."
  stable=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  [ -n "$stable" ] || die "The Debian release of this machine is unknown: $other."

  apt_dir=$WORK/apt
  mkdir -p "$apt_dir"/{lists/partial,cache/archives/partial,debs,prefs}
  : >"$apt_dir/status"
  keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.*' 2>/dev/null | sort | head -n 1)
  signed=${keyring:+[signed-by=$keyring]}
  # Suites by name, so that the distribution can say where each file is from.
  cat >"$apt_dir/sources.list" <<LIST
deb $signed $mirror unstable main
deb $signed $mirror $stable main
LIST
  apt_options=(
    -o Dir::Etc::SourceList="$apt_dir/sources.list"
    -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null
    -o Dir::Etc::PreferencesParts="$apt_dir/prefs"
    -o Dir::State::Lists="$apt_dir/lists"
    -o Dir::State::status="$apt_dir/status"
    -o Dir::Cache="$apt_dir/cache"
    -o Acquire::Languages=none
    -o APT::Update::Error-Mode=any
    -o Acquire::Retries=3
    # A mirror may lag behind by weeks: what it holds is signed all the same.
    -o Acquire::Check-Valid-Until=false
    -o APT::Sandbox::User="$(id -un)"
    -o APT::Architectures::="$(dpkg --print-architecture)"
  )

  say "Reading Debian's package lists"
  run_logged apt-update "Debian's package lists could not be downloaded: is the network up?" \
    apt-get "${apt_options[@]}" update
}

# unpack_packages FOLDER SENTENCE PACKAGE…: downloads packages and unpacks them into a
# folder, which they have for themselves. SENTENCE says what could not be downloaded.
unpack_packages() {
  local folder=$1 sentence=$2 deb
  shift 2
  rm -f "$apt_dir"/debs/*.deb
  (cd "$apt_dir/debs" && run_logged apt-download "$sentence" \
    apt-get "${apt_options[@]}" download "$@")
  rm -rf "$folder"
  mkdir -p "$folder"
  for deb in "$apt_dir"/debs/*.deb; do
    dpkg-deb -x "$deb" "$folder" || die "The package $(basename "$deb") is damaged: run the command again."
  done
}
