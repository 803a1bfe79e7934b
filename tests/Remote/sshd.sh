#!/bin/sh
# An ssh server for this user alone, with its keys and its configuration in one folder:
#   sshd.sh start FOLDER ADDRESS PORT PWSH [NAMESPACE]     sshd.sh stop FOLDER
# FOLDER/bin/ssh is an ssh client that knows it as "loky-host", and nothing of the user's own configuration. A command that
# is run over it finds PWSH as pwsh, and has FOLDER/cache for its cache. PWSH is a command line.
set -eu
action=$1 folder=$2

if [ "$action" = stop ]; then
    [ -s "$folder/sshd.pid" ] || exit 0
    pid=$(cat "$folder/sshd.pid")
    # What it has forked for a connection goes with the connection.
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.05; done
    kill -KILL "$pid" 2>/dev/null || true
    exit 0
fi

address=$3 port=$4 pwsh=$5 namespace=${6:-}
mkdir -p "$folder/bin" "$folder/far" "$folder/cache"
for kind in host user; do
    [ -e "$folder/$kind-key" ] || ssh-keygen -q -t ed25519 -N '' -C loky-test -f "$folder/$kind-key"
done
cp "$folder/user-key.pub" "$folder/authorized_keys"
printf '#!/bin/sh\nexec %s "$@"\n' "$pwsh" > "$folder/far/pwsh"
chmod +x "$folder/far/pwsh"

# The place for unprivileged halves of the server is fixed when it is built; systems that start it have it.
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd

cat > "$folder/sshd_config" <<CONF
ListenAddress $address:$port
HostKey $folder/host-key
PidFile $folder/sshd.pid
AuthorizedKeysFile $folder/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
MaxSessions 100
LogLevel VERBOSE
SetEnv PATH=$folder/far:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "XDG_CACHE_HOME=$folder/cache"
CONF
cat > "$folder/ssh_config" <<CONF
Host loky-host
    HostName $address
    Port $port
Host *
    User $(id -un)
    IdentityFile $folder/user-key
    IdentitiesOnly yes
    UserKnownHostsFile $folder/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
CONF
echo "[$address]:$port $(cut -d ' ' -f 1,2 "$folder/host-key.pub")" > "$folder/known_hosts"
ssh=$(command -v ssh)
case $ssh in "$folder"/*) ssh=/usr/bin/ssh ;; esac
printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$ssh" "$folder/ssh_config" > "$folder/bin/ssh"
chmod +x "$folder/bin/ssh"

${namespace:+ip netns exec "$namespace"} "$(command -v sshd || echo /usr/sbin/sshd)" -f "$folder/sshd_config" -E "$folder/sshd.log"
for _ in $(seq 200); do
    "$folder/bin/ssh" -o BatchMode=yes loky-host true 2>"$folder/first.log" && exit 0
    sleep 0.1
done
cat "$folder/first.log" "$folder/sshd.log" >&2
exit 1
