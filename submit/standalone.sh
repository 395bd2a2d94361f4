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
  --verbose                stack traces with every error on this terminal; spark-submit, too, says
                           more
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
# Spark 3 starts a driver on a worker without the flags that it needs itself on Java 17.
driver_flags() {
  local flags i word given=
  flags=$(grep -v '^#' "$root/submit/jvm.options" | tr '\n' ' ')
  for ((i = 0; i < ${#passed[@]}; i++)); do
    word=${passed[i]}
    case $word in
      --driver-java-options) passed[i + 1]="$flags${passed[i + 1]}" given=yes ;;
      spark.driver.extraJavaOptions=*) passed[i]="${word%%=*}=$flags${word#*=}" given=yes ;;
    esac
  done
  [ -n "$given" ] || conf "spark.driver.extraJavaOptions=$flags"
}

if [ "$mode" = cluster ]; then
  find_spark
  if compgen -G "${spark_submit%/bin/*}/jars/spark-core_*-3.*.jar" >/dev/null; then
    driver_flags
  fi
  # spark-submit comes back when the driver has ended, not at once.
  conf spark.standalone.submit.waitAppCompletion=true
fi
submit
