#!/bin/sh
# Runs `npm test` N times (20 where left out), each in a fresh clone of the last commit: half of them on
# a quiet machine, a quarter with one core kept busy, a quarter with two. What failed is kept in
# .steady/, one log a run; the last line says how many passed. A second argument is the run to begin
# with, where an earlier loop was cut off: `npm run test:steady -- 20 9`.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
runs=${1:-20}
first=${2:-1}
kept="$root/.steady"
rm -rf "$kept"
mkdir -p "$kept"
work=$(mktemp -d)
# Some tests run a process as another user, who has to get here.
chmod 755 "$work"
busy=''
end_busy() {
  for pid in $busy; do kill "$pid" 2>/dev/null; done
  busy=''
}
trap 'end_busy; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

passed=0
run=$first
while [ "$run" -le "$runs" ]; do
  if [ $((run * 2)) -le "$runs" ]; then cores=0; elif [ $((run * 4)) -le $((runs * 3)) ]; then cores=1; else cores=2; fi
  clone="$work/clone"
  log="$kept/run-$run.log"
  rm -rf "$clone"
  git clone --quiet "$root" "$clone"
  # Installing is not what is tried: nothing else is busy meanwhile.
  (cd "$clone" && npm ci --no-audit --no-fund --prefer-offline) >"$log" 2>&1
  n=0
  while [ "$n" -lt "$cores" ]; do
    node -e 'for(;;);' &
    busy="$busy $!"
    n=$((n + 1))
  done
  began=$(date +%s)
  if (cd "$clone" && NO_COLOR=1 npm test) >>"$log" 2>&1; then
    outcome=passed
    passed=$((passed + 1))
  else
    outcome=FAILED
  fi
  end_busy
  echo "run $run of $runs, $cores cores busy: $outcome after $(($(date +%s) - began)) s: $(tail -n 1 "$log")"
  if [ "$outcome" = passed ]; then rm "$log"; else grep -E '^ *FAIL ' "$log" | sort -u; fi
  run=$((run + 1))
done
tried=$((runs - first + 1))
echo "$passed of $tried passed; the logs of the others are in .steady/"
[ "$passed" -eq "$tried" ]
