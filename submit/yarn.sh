#!/usr/bin/env bash
# Runs Turnmill on YARN; --help says how.
# shellcheck source=cluster.bash
source "$(dirname "${BASH_SOURCE[0]}")/cluster.bash"

usage="Runs Turnmill on YARN, by spark-submit.

  submit/yarn.sh [OPTIONS] run --config FILE

Options, before the job's command:
  --deploy-mode MODE       client (default): the driver runs here; cluster: in a container. The
                           settings file goes along.
  --status-folder URI      cluster mode: a folder that driver and this machine both reach, such as
                           hdfs:///tmp. The job leaves its exit code there, which becomes the exit
                           code of this script. Or: TURNMILL_STATUS_FOLDER.
  --executors N            executors
  --executor-cores N       cores, and so tasks, of an executor
  --gpu                    one GPU for each executor (YARN's resource yarn.io/gpu)
  --pytorch PATH           the jar pytorch-native-cpu of your platform, or the folder of PyTorch's
                           libraries on the nodes
  --dry-run                prints the command instead of running it
  --verbose                stack traces with every error on this terminal; spark-submit, too, says
                           more
Every other option goes to spark-submit: --queue, --executor-memory, --keytab, --conf, ...

Environment: HADOOP_CONF_DIR or YARN_CONF_DIR; SPARK_HOME (else spark-submit on the PATH);
TURNMILL_JAR (else job/target/*-spark.jar).
Credentials belong in the environment or in the machine's role, never on a command line.

Exit codes: those of the job (0 done, 2 something to put right, 3 too many failures), 1 anything else."
master=yarn

parse "$@"
[ -n "${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}" ] || [ -n "$dry_run" ] || fail \
  "Neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set." \
  "Point one of them at the folder with the cluster's core-site.xml and yarn-site.xml."
[ -z "$executors" ] || settings+=(--num-executors "$executors")
if [ -n "$gpu" ]; then
  join --files "$root/submit/discover-gpus.sh"
  conf spark.executor.resource.gpu.discoveryScript=./discover-gpus.sh
fi
driver_locale spark.yarn.appMasterEnv
ship_settings
submit
