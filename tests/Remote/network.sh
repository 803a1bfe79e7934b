#!/bin/sh
# Other machines, as network namespaces of this one with a link each: network.sh start NAME COUNT; network.sh stop NAME COUNT.
# As root. Machine i is the namespace NAME-i with the address 10.213.i.2; its link is the device NAME-i of this machine, which
# has 10.213.i.1: "ip link set NAME-i down" cuts it, "tc qdisc add dev NAME-i root netem delay 100ms" slows it.
set -eu
action=$1 name=$2 count=$3

for i in $(seq "$count"); do
    if [ "$action" = stop ]; then
        ip netns pids "$name-$i" 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
        ip link delete "$name-$i" 2>/dev/null || true
        ip netns delete "$name-$i" 2>/dev/null || true
        continue
    fi
    ip netns add "$name-$i"
    ip link add "$name-$i" type veth peer name eth0 netns "$name-$i"
    ip address add "10.213.$i.1/24" dev "$name-$i"
    ip link set "$name-$i" up
    ip -n "$name-$i" address add "10.213.$i.2/24" dev eth0
    ip -n "$name-$i" link set eth0 up
    ip -n "$name-$i" link set lo up
done
