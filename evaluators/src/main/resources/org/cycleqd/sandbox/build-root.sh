# Builds a read-only root out of binds, moves into it and runs a command there. Runs as process 1 of
# fresh user, mount and process namespaces.
# Arguments: DIRECTORY TMP_BYTES [HOST_PATH INSIDE_PATH]... -- COMMAND...
set -e
directory=$1
tmp_bytes=$2
shift 2

# A folder that every host has and that holds nothing worth binding.
root=/sys
mount -t tmpfs -o mode=755 none $root
mkdir $root/dev $root/tmp $root/old
mount -t tmpfs -o "size=$tmp_bytes,mode=1777,nosuid,nodev" none $root/tmp

bind() {
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
  else
    mkdir -p "$(dirname "$root$2")"
    : >"$root$2"
  fi
  mount --bind "$1" "$root$2"
  # Flags that the host's mount has may not be dropped in a user namespace.
  mount -o remount,bind,ro,nosuid "$root$2" 2>/dev/null ||
    mount -o remount,bind,ro,nosuid,nodev "$root$2"
}

while [ "$1" != -- ]; do
  if [ "$1" = "$2" ] && [ -L "$1" ]; then
    ln -s "$(readlink "$1")" "$root$2"
  else
    bind "$1" "$2"
  fi
  shift 2
done
shift

for device in null zero full random urandom; do
  : >$root/dev/$device
  mount --bind /dev/$device $root/dev/$device
done

cd $root
pivot_root . old
# umount reads /proc, which the new root lacks.
ln -s old/proc /proc
umount -l /old
rm /proc
rmdir /old
mount -o remount,ro /
cd "$directory"
exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs -- "$@"
