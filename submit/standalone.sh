#!/usr/bin/env bash
# Runs Turnmill on a standalone Spark cluster; --help says how.
# shellcheck source=cluster.bash
source "$(dirname "${BASH_SOURCE[0]}")/cluster.bash"

usage="Runs Turnmill on a standalone Spark cluster, by spark-submit.

  submit/standalone.sh --master spark://HOST:7077 [OPTIONS] run --config FILE

Options, before the job's command:
  --master URL             the cluster
  --deploy-mode MODE       client (default): the driver runs here; cluster: on a worker. The jar, the
                           settings file and the model then lie where every worker finds them under
                           the same name.
  --status-folder URI      cluster mode: a folder that driver and this machine both reach. The job
                           leaves its exit code there, which becomes the exit code of this script.
                           Or: TURNMILL_STATUS_FOLDER.
  --executors N            most executors; needs --executor-cores
  --executor-cores N       cores, and so tasks, of an executor
  --gpu                    one GPU for each executor. The workers list theirs:
                           spark.worker.resource.gpu.amount, and
                           spark.worker.resource.gpu.discoveryScript=.../submit/discover-gpus.sh
  --pytorch PATH           the jar pytorch-native-cpu of your platform, or the folder of PyTorch's
                           libraries on the workers
  --dry-run                prints the command instead of running it
Every other option goes to spark-submit: --executor-memory, --driver-memory, --conf, ...

Environment: SPARK_HOME (else spark-submit on the PATH), TURNMILL_JAR (else job/target/*-spark.jar).
Credentials belong in the environment or in the machine's role, never on a command line.

Exit codes: those of the job (0 done, 2 something to put right, 3 too many failures), 1 anything else."
master=

parse "$@"
if [ -n "$executors" ]; then
  [ -n "$executor_cores" ] || fail "--executors needs --executor-cores: this kind of cluster counts cores."
  conf "spark.cores.max=$((executors * executor_cores))"
fi
if [ "$mode" = cluster ]; then
  # spark-submit comes back when the driver has ended, not at once.
  conf spark.standalone.submit.waitAppCompletion=true
fi
submit
