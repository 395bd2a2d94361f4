#!/usr/bin/env bash
# Tells Spark the GPUs of this machine, by the numbers that nvidia-smi gives them:
#   {"name": "gpu", "addresses": ["0", "1"]}
# For spark.worker.resource.gpu.discoveryScript and spark.executor.resource.gpu.discoveryScript.
set -euo pipefail

command -v nvidia-smi >/dev/null || {
  echo "discover-gpus.sh: there is no nvidia-smi on $(hostname)" >&2
  exit 1
}
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | awk '{ printf "%s\"%s\"", (NR > 1 ? ", " : ""), $1 }')
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
