# Runs lines of shell one after the other, each in a subshell, and reports what they print.
# Argument: how many seconds a line may take.
# Standard input: a nonce, then one line of shell per line.
# Standard output: "NONCE ready", then per line "NONCE INDEX STATUS LENGTH", the text, a line end.
if [[ $$ -ne 1 ]]; then
  echo 'must be process 1 of its own process namespace' >&2
  exit 1
fi
shopt -s nullglob dotglob
seconds=$1
most_text=65536
IFS= read -r nonce
mapfile -t answers
exec 3>&1 </dev/null >/dev/null
# An answer may try to end process 1 with a signal.
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2
printf '%s ready\n' "$nonce" >&3

for ((index = 0; index < ${#answers[@]}; index++)); do
  coproc ANSWER {
    # It waits until its pipe is taken over: bash forgets that of a coprocess that has ended.
    read -r
    exec </dev/null 2>/dev/null 3>&-
    ulimit -t $seconds
    set -- "${answers[index]}"
    unset nonce answers index seconds most_text status output leftovers REPLY
    shopt -u nullglob dotglob
    trap - HUP INT QUIT PIPE ALRM TERM USR1 USR2
    eval "$1"
  } 2>/dev/null
  exec 4<&"${ANSWER[0]}"
  echo >&"${ANSWER[1]}"
  # A read that meets the end of the output, because all who hold it have ended, gives 1.
  output=
  IFS= read -r -N $most_text -t $seconds output <&4
  case $? in
    0) status=overflowed output= ;;
    1) status=finished ;;
    *) status=timed-out output= ;;
  esac
  exec 4<&-
  # Process 1 is spared. What an answer left running or lying about must not meet the next one.
  kill -KILL -1
  wait
  leftovers=(/tmp/*)
  if ((${#leftovers[@]} > 0)); then
    rm -rf -- /tmp/*
  fi
  printf '%s %d %s %d\n%s\n' "$nonce" "$index" "$status" "${#output}" "$output" >&3
done 2>/dev/null
