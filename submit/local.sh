#!/usr/bin/env bash
# Runs Turnmill on this machine: Spark in local mode, no cluster, no Spark installation.
#
#   submit/local.sh run --config conf/samples.conf
#   submit/local.sh --help
#   submit/local.sh --verbose run …   stack traces on this terminal, too
#   submit/local.sh bench --help      how fast this machine is (see udfs/src/jmh/RESULTS.md)
#
# Builds the first time and whenever a source has changed. Environment:
#   JAVA_HOME            the JDK to use (17 or newer); else the java on the PATH
#   TURNMILL_JAVA_OPTS   further flags for the JVM, such as -Xmx8g
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classpath_file=$root/job/target/local.classpath
stamp=$root/job/target/local.stamp

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it." \
      "Point it at a JDK 17 or newer, or unset it."
  else
    java=$(command -v java) || fail "Turnmill needs Java 17 or newer, and there is no java on the PATH." \
      "Install a JDK (any vendor's OpenJDK 17, 21 or 25 will do), or set JAVA_HOME."
  fi
  local major
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1 || true)
  major=${version%%[.-]*}
  [ "$major" = 1 ] && major=$(printf '%s' "$version" | cut -d. -f2)
  case $major in
    '' | *[!0-9]*) fail "$java does not say which version of Java it is; Turnmill needs 17 or newer." ;;
  esac
  [ "$major" -ge 17 ] || fail "Turnmill needs Java 17 or newer; $java is Java $version." \
    "Install a newer JDK, or set JAVA_HOME to one."
}

built() {
  [ -f "$stamp" ] && [ -f "$classpath_file" ] || return 1
  [ -z "$(find "$root/pom.xml" "$root"/job/pom.xml "$root"/udfs/pom.xml \
    "$root"/job/src/main "$root"/udfs/src/main -newer "$stamp" -print -quit)" ]
}

build() {
  [ -x "$(dirname "$java")/javac" ] || command -v javac >/dev/null \
    || fail "Building Turnmill needs a JDK; $java belongs to a JRE without a compiler." \
      "Install a JDK 17 or newer, or set JAVA_HOME to one."
  local log=$root/job/target/local-build.log
  mkdir -p "$root/job/target"
  echo "Building Turnmill (the first time, its libraries are downloaded: some minutes) …" >&2
  # What changes while this goes on is newer than the stamp, and built next time.
  touch "$stamp.next"
  if ! (cd "$root" && ./mvnw --batch-mode -DskipTests -Dspotless.check.skip -DskipShade \
    -DskipErrorProne -Dmaven.compiler.failOnWarning=false package) >"$log" 2>&1; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    echo "The build failed; the whole log is $log" >&2
    exit 1
  fi
  mv "$stamp.next" "$stamp"
}

# Libraries, which stay as they are from one build to the next, come first on the class path.
split_classpath() {
  local entry entries
  libraries=
  own=$root/job/target/classes
  IFS=: read -ra entries <"$classpath_file" || true # the file ends without a line break
  for entry in "${entries[@]}"; do
    case $entry in
      "$root"/udfs/* | "$root"/job/*) own=$own:$entry ;;
      *) libraries=${libraries:+$libraries:}$entry ;;
    esac
  done
  # The JVM itself ignores an archive that is not of its own kind.
  archive=$root/job/target/libraries-$(printf '%s' "$java $version $libraries" | cksum | tr ' ' -).jsa
}

# The libraries' classes as the JVM has them in memory (class-data sharing), for quick starts:
# those of a small run. Without our own, so that it is made once for these libraries and this JDK.
# Without it, starts are slower, and that is all.
make_archive() {
  [ ! -f "$archive" ] || return 0
  echo "Making an archive of classes, so that the next starts are quick (once, a minute or so) …" >&2
  local work limit=
  work=$(mktemp -d "$root/job/target/archive.XXXXXX") || return 0
  trap 'rm -rf "$work"; exit 130' INT TERM
  command -v timeout >/dev/null && limit="timeout 600"
  rm -f "$root"/job/target/libraries-*.jsa || true
  # Forms of lambdas are left out: with them Java 17 crashes when a profiler or an agent is there.
  (cd "$root" \
    && LC_ALL=C.UTF-8 SPARK_LOCAL_IP=127.0.0.1 $limit "$java" @submit/jvm.options \
      -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:DumpLoadedClassList="$work/loaded" \
      -cp "${libraries:+$libraries:}$own" io.turnmill.job.Main run --progress=none --model samples/models/chat-mini \
      --input samples/sessions/messages.csv --input samples/sessions/sessions.parquet \
      --output "$work/out" --set sampling.max_tokens=1 \
    && grep -v '^@lambda-form' "$work/loaded" >"$work/classes" \
    && $limit "$java" @submit/jvm.options -Xshare:dump -XX:SharedClassListFile="$work/classes" \
      -XX:SharedArchiveFile="$work/archive" -cp "$libraries" \
    && mv "$work/archive" "$archive") >"$root/job/target/local-archive.log" 2>&1 || true
  # Where none can be made, an empty one, which the JVM ignores: it is not tried again and again.
  [ -f "$archive" ] || : >"$archive" || true
  rm -rf "$work"
  trap - INT TERM
}

build_if_needed() {
  built || build
}

# Two first starts at once do it one after the other.
alone() {
  mkdir -p "$root/job/target"
  if command -v flock >/dev/null; then
    exec 9>"$root/job/target/local.lock"
    flock 9
    "$@"
    exec 9>&-
  else
    "$@"
  fi
}

# Benches (src/jmh of each module) are compiled with the tests: they have a class path of their own.
#   bench_classpath MODULE
bench_classpath() {
  local target=$root/$1/target modules=udfs
  [ "$1" = udfs ] || modules=udfs,$1
  if [ ! -f "$target/bench.classpath" ] || [ -n "$(find "$root/pom.xml" "$root"/{udfs,"$1"}/pom.xml \
    "$root"/{udfs,"$1"}/src -newer "$target/bench.classpath" -print -quit)" ]; then
    (cd "$root" && ./mvnw --batch-mode -q -pl "$modules" -Dspotless.check.skip -DskipErrorProne \
      -Dmaven.compiler.failOnWarning=false test-compile \
      dependency:build-classpath -Dmdep.outputFile=target/bench.classpath) >&2 || exit 1
  fi
  printf '%s' "$target/test-classes:$target/classes:$(cat "$target/bench.classpath")"
}

find_java
[ "${1:-}" = bench ] || built || alone build_if_needed

# Java 17 reads arguments and file names by the locale; without one they could be ASCII only.
if [ "$(locale charmap 2>/dev/null || true)" != UTF-8 ]; then
  export LC_ALL=C.UTF-8
fi
# Spark and its shuffle stay on this machine.
export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
# glibc keeps the memory of large temporaries rather than give it back after each step (see Spark.java).
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-33554432}
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-1073741824}
# The JVM cannot ask for the width of the terminal.
if [ -t 1 ]; then
  COLUMNS=${COLUMNS:-$(tput cols 2>/dev/null || true)}
  export COLUMNS
fi
if [ "${1:-}" = bench ]; then
  shift
  module=udfs bench=bench.Ladder folder=$root memory="-Xms512m -Xmx512m -XX:+AlwaysPreTouch"
  case ${1:-} in
    encode | kernel | load | soak) bench=bench.${1^}Bench && shift ;;
    quality) bench=bench.QualityBench memory=-Xmx1g && shift ;;
    ask | balance | job | scale | start) module=job bench=job.${1^}Bench folder=$root/job memory=-Xmx1g && shift ;;
  esac
  classpath=$(bench_classpath "$module")
  if [ "$bench" = job.ScaleBench ] || [ "$bench" = job.BalanceBench ]; then
    # Spark starts executors from an installation, which the tests' class path stands for.
    export SPARK_HOME=$root/job/target/spark SPARK_SCALA_VERSION=2.13
    mkdir -p "$SPARK_HOME/jars"
  fi
  cd "$folder"
  # shellcheck disable=SC2086  # the options are words
  exec "$java" "@$root/submit/jvm.options" ${TURNMILL_JAVA_OPTS:-$memory} -cp "$classpath" \
    "io.turnmill.$bench" "$@"
fi
# What only looks something up should be there at once: no time for the optimising compiler. Of a
# run, it takes what is called ten times as often as by default, which long runs reach soon.
tuning="-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
  -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
command=
for command in "$@"; do
  [ "$command" = --verbose ] || break
done
case $command in
  show | config | template | model | -*) tuning="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" ;;
esac
split_classpath
# Somebody else's checkout may lie in a folder, and have a lock, that cannot be written.
lock=$root/job/target/local.lock
if [ ! -f "$archive" ] && [ -w "$root/job/target" ] && { [ ! -e "$lock" ] || [ -w "$lock" ]; }; then
  alone make_archive
fi
shared=()
if [ -s "$archive" ]; then
  shared=(-XX:SharedArchiveFile="$archive" -Xlog:cds=off)
fi
# shellcheck disable=SC2086  # the options are words
exec "$java" "@$root/submit/jvm.options" ${shared[@]+"${shared[@]}"} $tuning \
  ${TURNMILL_JAVA_OPTS:-} "-Dturnmill.command=$0" -cp "${libraries:+$libraries:}$own" io.turnmill.job.Main "$@"
