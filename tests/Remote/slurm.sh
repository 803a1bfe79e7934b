#!/bin/sh
# A Slurm cluster of one node on this machine, with everything in one folder: slurm.sh start FOLDER [PROCESSORS]; slurm.sh stop FOLDER.
# As root. Programs of the cluster find it by SLURM_CONF=FOLDER/slurm.conf.
set -eu
action=$1 folder=$2 processors=${3:-2}

stop() {
    for daemon in slurmd slurmctld munged; do
        [ -s "$folder/$daemon.pid" ] || continue
        pid=$(cat "$folder/$daemon.pid")
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
mkdir -p "$folder" "$folder/state" "$folder/spool"
chmod 755 "$folder"
mkdir -p "$folder/munge"
chmod 700 "$folder/munge"
dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 2>/dev/null
chmod 600 "$folder/munge/key"
munged --key-file="$folder/munge/key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" --force

# Two ports that are free now.
ports=$(shuf -i 20000-29999 -n 2 | tr '\n' ' ')
set -- $ports
cat > "$folder/slurm.conf" <<CONF
ClusterName=loky
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$2
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
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
NodeName=$host NodeAddr=127.0.0.1 CPUs=$processors State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$folder/slurm.conf"
slurmctld
slurmd
for _ in $(seq 300); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && exit 0
    sleep 0.1
done
echo "The node did not become idle." >&2
sinfo >&2 || true
exit 1
