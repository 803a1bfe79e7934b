#!/bin/sh
# A Slurm cluster on this machine, with everything in one folder: slurm.sh start FOLDER [PROCESSORS [NODES]]; slurm.sh stop FOLDER.
# As root. Programs of the cluster find it by SLURM_CONF=FOLDER/slurm.conf. Its nodes, NODES of them with PROCESSORS each, are
# slurmd processes of this machine, node1 and so on.
set -eu
action=$1 folder=$2 processors=${3:-2} nodes=${4:-1}

stop() {
    for file in "$folder"/slurmd-*.pid "$folder/slurmctld.pid" "$folder/munged.pid"; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        kill "$pid" 2>/dev/null || continue
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    done
}

if [ "$action" = stop ]; then
    stop
    exit 0
fi

trap 'test $? -eq 0 || { stop; tail -n 20 "$folder"/*.log >&2; }' EXIT
host=$(hostname)
mkdir -p "$folder" "$folder/state"
for i in $(seq "$nodes"); do mkdir -p "$folder/spool-node$i"; done
chmod 755 "$folder"
mkdir -p "$folder/munge"
chmod 700 "$folder/munge"
dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 2>/dev/null
chmod 600 "$folder/munge/key"
munged --key-file="$folder/munge/key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" --force

# A port for the controller, and one for each node.
port=$(shuf -i 20000-28999 -n 1)
cat > "$folder/slurm.conf" <<CONF
ClusterName=loky
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1
ReturnToService=2
MinJobAge=10
KillWait=5
UnkillableStepTimeout=60
SlurmdParameters=config_overrides
NodeName=node[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=$processors State=UNKNOWN
PartitionName=main Nodes=node[1-$nodes] Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$folder/slurm.conf"
slurmctld
for i in $(seq "$nodes"); do slurmd -N "node$i"; done
for _ in $(seq 600); do
    [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c idle)" = "$nodes" ] && exit 0
    sleep 0.1
done
echo "Not all nodes became idle." >&2
sinfo >&2 || true
exit 1
