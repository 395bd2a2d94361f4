#!/usr/bin/env bash
# Runs Turnmill on Kubernetes; --help says how.
# shellcheck source=cluster.bash
source "$(dirname "${BASH_SOURCE[0]}")/cluster.bash"

usage="Runs Turnmill on Kubernetes, by spark-submit.

  submit/kubernetes.sh --master k8s://https://HOST:6443 --image IMAGE [OPTIONS] run --config FILE

Options, before the job's command:
  --master URL             the cluster's API server, with k8s:// in front
  --image IMAGE            a Spark image; with --gpu one that holds PyTorch's CUDA libraries
  --namespace NAME         where the pods run; default: default
  --deploy-mode MODE       client (default): the driver runs here; cluster: in a pod. The jar and the
                           settings file are uploaded to spark.kubernetes.file.upload.path then.
  --status-folder URI      cluster mode: a folder that driver and this machine both reach, such as
                           s3a://bucket/tmp. The job leaves its exit code there, which becomes the
                           exit code of this script. Or: TURNMILL_STATUS_FOLDER.
  --executors N            executors
  --executor-cores N       cores, and so tasks, of an executor
  --gpu                    one GPU for each executor (the resource nvidia.com/gpu). The pod template
                           takes the discovery script from a config map; make it once:
                             kubectl create configmap turnmill-gpus --from-file=submit/discover-gpus.sh
  --pytorch PATH           the jar pytorch-native-cpu of your platform, or the folder of PyTorch's
                           libraries in the image
  --dry-run                prints the command instead of running it
  --verbose                stack traces with every error on this terminal; spark-submit, too, says
                           more
Every other option goes to spark-submit: --executor-memory, --conf, ...

Environment: SPARK_HOME (else spark-submit on the PATH), TURNMILL_JAR (else job/target/*-spark.jar).
Credentials belong in a service account or a secret of the cluster, never on a command line.

Exit codes: those of the job (0 done, 2 something to put right, 3 too many failures), 1 anything else."
master=
image=
namespace=default

own_option() {
  case $1 in
    --image) image=$2 ;;
    --namespace) namespace=$2 ;;
    *) return 1 ;;
  esac
}

parse "$@"
[ -n "$image" ] || fail "--image must be set: the Spark image of driver and executors." "See: $0 --help"
conf "spark.kubernetes.container.image=$image"
conf "spark.kubernetes.namespace=$namespace"
conf "spark.kubernetes.driver.podTemplateFile=$root/submit/kubernetes/driver.yaml"
[ -z "$executors" ] || conf "spark.executor.instances=$executors"
if [ -n "$gpu" ]; then
  conf "spark.kubernetes.executor.podTemplateFile=$root/submit/kubernetes/executor-gpu.yaml"
  conf spark.executor.resource.gpu.vendor=nvidia.com
  conf spark.executor.resource.gpu.discoveryScript=/opt/turnmill/discover-gpus.sh
else
  conf "spark.kubernetes.executor.podTemplateFile=$root/submit/kubernetes/executor.yaml"
fi
driver_locale spark.kubernetes.driverEnv
ship_settings
submit
