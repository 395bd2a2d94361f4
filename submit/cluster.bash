# What standalone.sh, yarn.sh and kubernetes.sh share. Each sets `usage` and `master`, calls
# parse "$@", adds settings of its own by conf, and ends in submit.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mode=client
dry_run=
verbose=
gpu=
pytorch=
status_folder=${TURNMILL_STATUS_FOLDER:-}
executors=
executor_cores=
settings=()  # --conf of our own
passed=()    # options of spark-submit, as the user wrote them
arguments=() # of the job

# A JVM reads arguments and file names by its locale; without one they could be ASCII only.
utf8=
if [ "$(locale charmap 2>/dev/null || true)" != UTF-8 ]; then
  utf8=C.UTF-8
  export LC_ALL=$utf8
fi

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

# Options up to the job's command; what is not ours goes to spark-submit.
parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) printf '%s\n' "$usage"; exit 0 ;;
      --dry-run) dry_run=yes; shift ;;
      --gpu) gpu=yes; shift ;;
      --verbose) verbose=$1; passed+=("$1"); shift ;;
      --supervise | -v) passed+=("$1"); shift ;;
      --*=*) option "${1%%=*}" "${1#*=}"; shift ;;
      --*)
        [ $# -gt 1 ] || fail "$1 needs a value." "See: $0 --help"
        option "$1" "$2"
        shift 2
        ;;
      -*) fail "$1 is not an option." "See: $0 --help" ;;
      *) arguments=("$@"); break ;;
    esac
  done
  [ ${#arguments[@]} -gt 0 ] || fail "What is to be run?" \
    "Add the job's command and its options, such as: run --config my.conf" "See: $0 --help"
  [ -n "$master" ] || fail "--master must be set." "See: $0 --help"
  case $mode in
    client) ;;
    cluster)
      [ -n "$status_folder" ] || fail \
        "--status-folder must be set in cluster mode: a folder that the driver and this machine" \
        "both reach, such as hdfs:///tmp. The job leaves its exit code there."
      ;;
    *) fail "--deploy-mode: $mode is neither client nor cluster." ;;
  esac
}

# Options of one kind of cluster alone; true when it took one.
own_option() {
  return 1
}

option() {
  if own_option "$1" "$2"; then
    return 0
  fi
  case $1 in
    --master) master=$2 ;;
    --deploy-mode) mode=$2 ;;
    --status-folder) status_folder=${2%/} ;;
    --pytorch) pytorch=$2 ;;
    --executors | --num-executors) executors=$2 ;;
    --executor-cores) executor_cores=$2 ;;
    --class | --py-files) fail "$1 is set by this script." ;;
    *) passed+=("$1" "$2") ;;
  esac
}

find_jar() {
  jar=${TURNMILL_JAR:-}
  if [ -z "$jar" ]; then
    local built=("$root"/job/target/turnmill-job-*-spark.jar)
    jar=${built[0]}
    [ -f "$jar" ] || fail "There is no job/target/turnmill-job-*-spark.jar." \
      "Build it with ./mvnw -DskipTests package, or name it in TURNMILL_JAR."
  fi
}

find_spark() {
  if [ -n "${SPARK_HOME:-}" ]; then
    spark_submit=$SPARK_HOME/bin/spark-submit
    [ -x "$spark_submit" ] || fail "SPARK_HOME is $SPARK_HOME, and there is no bin/spark-submit in it."
  else
    spark_submit=$(command -v spark-submit) || fail \
      "There is no spark-submit on the PATH. Set SPARK_HOME to your Spark's folder."
  fi
}

conf() {
  settings+=(--conf "$1")
}

# One GPU for each executor: one model, which all its tasks share.
gpu_settings() {
  local cores=${executor_cores:-1}
  case $cores in
    '' | 0 | *[!0-9]*) fail "--executor-cores: $cores is not a whole number from 1." ;;
  esac
  conf spark.executor.resource.gpu.amount=1
  # Rounded down: so many tasks fit at least.
  conf "spark.task.resource.gpu.amount=$(awk -v n="$cores" 'BEGIN { printf "%.4f", int(10000 / n) / 10000 }')"
  # CUDA then numbers the GPUs as nvidia-smi does, and so as the discovery script.
  conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID
}

pytorch_settings() {
  case $pytorch in
    '') ;;
    *.jar) join --jars "$pytorch" ;;
    *) conf "spark.executorEnv.PYTORCH_LIBRARY_PATH=$pytorch" ;;
  esac
}

# Options that may be given once only: ours and the user's together, with a comma between.
join() {
  local i
  for ((i = 0; i < ${#passed[@]}; i++)); do
    if [ "${passed[i]}" = "$1" ]; then
      passed[i + 1]=${passed[i + 1]},$2
      return 0
    fi
  done
  passed+=("$1" "$2")
}

# Where the cluster manager takes files to the driver: the settings file goes along.
ship_settings() {
  [ "$mode" = cluster ] || return 0
  local i file
  for ((i = 0; i < ${#arguments[@]}; i++)); do
    case ${arguments[i]} in
      --config=*) file=${arguments[i]#--config=} ;;
      --config) i=$((i + 1)); file=${arguments[i]:-} ;;
      *) continue ;;
    esac
    [ -f "$file" ] || fail "--config: there is no file $file."
    join --files "$file"
    case ${arguments[i]} in
      --config=*) arguments[i]=--config=${file##*/} ;;
      *) arguments[i]=${file##*/} ;;
    esac
  done
}

# The driver's locale, where the cluster manager starts it; executors get theirs from the job.
#   driver_locale SETTING
driver_locale() {
  [ "$mode" = cluster ] || return 0
  conf "$1.LC_ALL=C.UTF-8"
}

# In cluster mode only the job itself knows how it ended: spark-submit may say 0 all the same.
status_settings() {
  [ "$mode" = cluster ] || return 0
  status_file=$status_folder/turnmill-$(date -u +%Y%m%dT%H%M%SZ)-$$-$RANDOM.json
  conf "spark.turnmill.statusFile=$status_file"
}

# What may be a credential is not for the screen.
masked() {
  local secret='^((--(set|conf)=)?[^=]*([.-]([Kk]ey|[Tt]oken|[Cc]redentials?)([.-][^=]*)?|[Ss]ecret[^=]*|[Pp]assword[^=]*))='
  if [[ $1 =~ $secret ]]; then
    printf '%s=MASKED' "${BASH_REMATCH[1]}"
  else
    printf '%s' "$1"
  fi
}

# The command for people: an option a line, ready to be pasted.
show_command() {
  printf '%s%q' "${utf8:+LC_ALL=$utf8 }" "$1"
  shift
  local word
  for word in "$@"; do
    case $word in
      --* | "$jar") printf ' \\\n  %q' "$(masked "$word")" ;;
      *) printf ' %q' "$(masked "$word")" ;;
    esac
  done
  printf '\n'
}

submit() {
  find_jar
  find_spark
  if [ -n "$gpu" ]; then gpu_settings; fi
  pytorch_settings
  status_settings
  [ -z "$executor_cores" ] || settings+=(--executor-cores "$executor_cores")
  local class=(--class io.turnmill.job.Main)
  local command=("$spark_submit" --master "$master" --deploy-mode "$mode" "${class[@]}"
    "${settings[@]}" ${passed[@]+"${passed[@]}"} "$jar" "${arguments[@]}" ${verbose:+"$verbose"})
  if [ -n "$dry_run" ]; then
    show_command "${command[@]}"
    return 0
  fi
  if [ "$mode" = client ]; then
    exec "${command[@]}"
  fi
  local submitted=0
  "${command[@]}" || submitted=$?
  # Without the cluster: one small process here, with the same settings of file systems.
  local ended=0
  "$spark_submit" --master 'local[1]' --deploy-mode client "${class[@]}" \
    ${passed[@]+"${passed[@]}"} "$jar" submission-status "$status_file" || ended=$?
  if [ "$ended" = 0 ] && [ "$submitted" != 0 ]; then
    echo "spark-submit ended with $submitted, but the job says that it is done." >&2
  fi
  exit "$ended"
}
