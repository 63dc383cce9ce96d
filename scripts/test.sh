#!/usr/bin/env bash
# Installs what the tests need and runs all of them: .NET, glTF validation, the page in Chromium, and the Python training package.
# Works on a bare Debian 12 (or Ubuntu) with the .NET SDK, Node and apt, as root or with sudo.
# The last line is "N passed, N failed, N skipped" over all of them; the exit code is not 0 when anything failed.
set -uo pipefail
cd "$(dirname "$0")/.."

log_folder=$(mktemp -d)
trap 'rm -rf "$log_folder"' EXIT
passed=0 failed=0 skipped=0 left_out=
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '\n== %s\n' "$*"; }

problem() { # a step that could not run at all counts as one failure
  printf 'FAILED: %s\n' "$*" >&2
  failed=$((failed + 1))
}

install_tools() {
  local wanted=(assimp-utils chromium libheif-examples python3 python3-torch python3-numpy python3-scipy python3-pil python3-onnx libopenblas0-pthread gcc libc6-dev libmeshoptimizer2d)
  local missing=()
  command -v dpkg-query > /dev/null && command -v apt-get > /dev/null || { echo "This is no Debian; install by hand: ${wanted[*]}"; return; }
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > "$log_folder/apt.log" 2>&1 ||
    { tail -20 "$log_folder/apt.log"; problem "apt could not install ${missing[*]}"; }
}

# Everything, or, where some packages cannot be had, everything that restores; says what was left out.
choose_solution() {
  solution=Selfie3D.Functions.sln
  if ! dotnet restore "$solution" --verbosity quiet > "$log_folder/restore.log" 2>&1; then
    echo "The whole solution does not restore here:"
    grep -oE 'error NU[0-9]+: [^[]*' "$log_folder/restore.log" | sort -u | head -10
    solution=Selfie3D.slnf
    local kept
    kept=$(tr '\\' '/' < Selfie3D.slnf | tr -s '/')
    left_out=$(dotnet sln Selfie3D.Functions.sln list | grep csproj | tr '\\' '/' | while read -r project; do
      grep -qF "\"$project\"" <<< "$kept" || echo "  $project"
    done)
    printf '\n!! LEFT OUT, neither built nor tested, because their packages cannot be had:\n%s\n' "$left_out"
  fi
}

run_dotnet_tests() {
  dotnet build "$solution" -c Release --verbosity quiet -clp:NoSummary || { problem "the .NET build"; return; }
  local project name log
  for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    grep -qF "$name.csproj" "$solution" || continue
    say "$name"
    log="$log_folder/$name.log"
    dotnet test --project "$project" -c Release --no-build --output Normal --no-progress --no-ansi > "$log" 2>&1
    local code=$?
    add_dotnet_counts "$log" "$code" "$name"
  done
}

add_dotnet_counts() { # LOG EXIT_CODE NAME
  local total bad good left
  total=$(count total "$1") good=$(count succeeded "$1") bad=$(count failed "$1") left=$(count skipped "$1")
  grep -E '^(failed|skipped) ' -A 6 "$1" | head -200
  if [ -z "$total" ]; then tail -30 "$1"; problem "$3 did not run"; return; fi
  echo "$good passed, $bad failed, $left skipped"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then problem "$3 ended with code $2"; fi
}

count() { grep -E "^ *$1: [0-9]+" "$2" | tail -1 | grep -oE '[0-9]+' | head -1; }

run_site_tests() { # the page's own modules; the page in a browser is tests/Selfie3D.Site.Tests
  say "src/site"
  local log="$log_folder/site.log" good bad left
  (cd src/site && { [ -d node_modules ] || npm ci --silent --no-audit --no-fund; } && npm test) > "$log" 2>&1
  local code=$?
  good=$(tap pass "$log") bad=$(tap fail "$log") left=$(tap skipped "$log")
  [ "$code" -eq 0 ] || grep -E '^not ok' -A 20 "$log" | head -100
  if [ -z "$good" ]; then tail -30 "$log"; problem "the page's unit tests did not run"; return; fi
  echo "$good passed, $bad failed, $left skipped"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then problem "the page's unit tests ended with code $code"; fi
}

tap() { grep -E "^# $1 [0-9]+" "$2" | tail -1 | grep -oE '[0-9]+'; }

run_python_tests() {
  say "models/training"
  local log="$log_folder/python.log" ran bad
  (cd models/training && /usr/bin/python3 -m unittest discover -s tests -t . -v) > "$log" 2>&1
  local code=$?
  ran=$(grep -oE '^Ran [0-9]+ test' "$log" | grep -oE '[0-9]+')
  if [ -z "$ran" ]; then tail -30 "$log"; problem "the Python tests did not run"; return; fi
  bad=$(($(sum failures "$log") + $(sum errors "$log")))
  local left
  left=$(sum skipped "$log")
  [ "$code" -eq 0 ] || grep -E '^(ERROR|FAIL):' -A 12 "$log" | head -100
  grep -E '\.\.\. skipped' "$log"
  echo "$((ran - bad - left)) passed, $bad failed, $left skipped"
  passed=$((passed + ran - bad - left)) failed=$((failed + bad)) skipped=$((skipped + left))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then problem "the Python tests ended with code $code"; fi
}

sum() { tail -3 "$2" | grep -oE "$1=[0-9]+" | grep -oE '[0-9]+' || echo 0; }

say "Tools"
install_tools
if [ -f tests/package-lock.json ]; then
  (cd tests && npm ci --silent --no-audit --no-fund) || problem "npm ci in tests/"
fi

say "Build"
choose_solution
run_dotnet_tests
run_site_tests
if compgen -G 'models/training/tests/test*.py' > /dev/null; then run_python_tests; fi

echo
[ -z "$left_out" ] || printf '!! LEFT OUT, neither built nor tested (see docs/verification.md):\n%s\n' "$left_out"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
