# Builds the root of a throw-away machine and runs a program in it as process 1.
#
# Arguments: the size limit of all files in bytes, then the program with its arguments.
# Runs as root of a user namespace that nothing outside belongs to. Programs and libraries are the
# host's, read-only; everything else is new, in memory, and gone afterwards. /usr can be written to:
# /usr/bin is a folder of links, its other folders are the host's.
set -e
size=$1
shift
root=/tmp
mount -t tmpfs -o "size=$size,mode=755" machine "$root"
cd "$root"
mkdir -p usr/local/bin usr/local/sbin usr/local/lib usr/local/share usr/local/src usr/bin usr/sbin \
  etc var/log var/tmp var/lib var/cache var/spool var/mail home root tmp proc dev run opt srv mnt \
  media boot sys .host/bin .host/sbin .host/etc
chmod 1777 tmp var/tmp
for folder in /usr/*; do
  name=${folder##*/}
  [ "$name" = local ] && continue
  case $name in
    bin | sbin)
      mount --rbind -o ro "$folder" ".host/$name"
      ;;
    *)
      [ -L "$folder" ] && { cp -P "$folder" usr/; continue; }
      mkdir -p "usr/$name"
      mount --rbind -o ro "$folder" "usr/$name"
      mount -o remount,ro,bind "usr/$name" 2>/dev/null || :
      ;;
  esac
done
mount -o remount,ro,bind .host/bin 2>/dev/null || :
mount -o remount,ro,bind .host/sbin 2>/dev/null || :
(cd .host/bin && for program in *; do ln -s "/.host/bin/$program" "../../usr/bin/$program"; done)
# A record makes this program a danger by its mode, which a link does not have.
if [ -e .host/bin/find ]; then
  rm usr/bin/find
  cp .host/bin/find usr/bin/find
fi
(cd .host/sbin && for program in *; do ln -s "/.host/sbin/$program" "../../usr/sbin/$program"; done)
for folder in /bin /sbin /lib /lib32 /lib64 /libx32; do
  if [ -L "$folder" ]; then
    cp -P "$folder" ".$folder"
  elif [ -d "$folder" ]; then
    mkdir -p ".$folder"
    mount --rbind -o ro "$folder" ".$folder"
  fi
done
for file in alternatives ld.so.cache ld.so.conf login.defs skel bash.bashrc profile services protocols \
  mime.types nsswitch.conf shells adduser.conf deluser.conf default debian_version os-release issue \
  magic inputrc terminfo; do
  [ -e "/etc/$file" ] && cp -RP "/etc/$file" etc/ 2>/dev/null || :
done
printf 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' >etc/passwd
printf 'root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\nsudo:x:27:\nusers:x:100:\nnogroup:x:65534:\n' >etc/group
printf 'root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n' >etc/shadow
printf 'root:*::\nusers:*::\nsudo:*::\n' >etc/gshadow
printf '127.0.0.1 localhost machine\n' >etc/hosts
echo machine >etc/hostname
echo '2024-01-01 00:00:00 startup archives install' | tee var/log/dpkg.log var/log/bootstrap.log >var/log/alternatives.log
touch var/log/lastlog var/log/wtmp var/log/btmp var/log/faillog
hostname machine 2>/dev/null || :
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
# Process 1 cannot be looked into, so it is not shown at all.
mount -t proc -o hidepid=4 proc proc
# What its root cannot read would make every search end with an error.
mount -t tmpfs -o mode=755 empty proc/tty
find usr -maxdepth 5 -type d ! -readable 2>/dev/null | while read -r folder; do
  mount -t tmpfs -o mode=755 empty "$folder"
done
mkdir .old
pivot_root . .old
cd /
umount -l /.old
rmdir /.old
# Without these not even root gets at process 1, which tells what came of a script.
exec setpriv --bounding-set=-sys_ptrace,-sys_admin --inh-caps=-all -- "$@"
