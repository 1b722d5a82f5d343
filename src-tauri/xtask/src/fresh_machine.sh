# usage: fresh_machine.sh ROOT PERSON COMMAND…
# Runs COMMAND as PERSON inside ROOT, then names every process that is left. Runs as the first process of namespaces
# of its own (see fresh_machine.rs): its mounts and whatever it starts vanish with it.
set -eu
root=$1 person=$2
shift 2
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mkdir "$root/run/lock"

status=0
chroot --userspec="$person:$person" "$root" "$@" </dev/null || status=$?

# What is just ending may end.
sleep 2
left=
for process in "$root"/proc/[0-9]*; do
    [ "${process##*/}" != 1 ] || continue
    read -r line <"$process/stat" || continue
    case $line in *") Z "*) continue ;; esac
    left="$left ${line%%)*})"
done 2>/dev/null
if [ -n "$left" ]; then
    echo "left running:$left" >&2
    [ "$status" != 0 ] || status=70
fi
exit "$status"
