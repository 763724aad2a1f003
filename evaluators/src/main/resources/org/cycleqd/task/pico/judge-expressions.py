# Evaluates expressions over a list x, each in a forked child, and reports what came of them.
# Standard input: a nonce, then one line per expression: JSON lists, a tab, the expression.
# Standard output: "NONCE ready", then per expression "NONCE INDEX STATUS LENGTH", the text, a line end.
# The text has one line per list: the value in a canonical form, or ! where an exception was raised.
import os, resource, select, signal, sys, time

if os.getpid() != 1:
    sys.exit('must be process 1 of its own process namespace')

SECONDS = 2
MOST_TEXT = 65536
NAMES = ('abs all any bool dict divmod enumerate filter float frozenset int len list map max min '
         'pow range reversed round set slice sorted str sum tuple zip False None True').split()
SAFE = {name: getattr(__builtins__, name) for name in NAMES}


def canonical(value):
    kind = type(value)
    if kind is list:
        return '[' + ', '.join(map(canonical, value)) + ']'
    if kind is tuple:
        return '(' + ', '.join(map(canonical, value)) + ')'
    if kind is bool or kind is float and value.is_integer():
        return repr(int(value))
    if kind is int or kind is float or kind is str or value is None:
        return repr(value)
    return '<' + kind.__name__ + '>'


def results(line):
    lists, expression = line.split(b'\t', 1)
    try:
        code = compile(expression.decode(), 'answer', 'eval')
    except BaseException as problem:
        return '?' + type(problem).__name__
    lines = []
    for values in eval(lists, {'__builtins__': {}}):
        try:
            lines.append(canonical(eval(code, {'__builtins__': dict(SAFE), 'x': values})))
        except BaseException:
            lines.append('!')
    return '\n'.join(lines)


def child(pipe, line):
    null = os.open('/dev/null', os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    text = results(line).encode('ascii', 'backslashreplace')
    while text:
        text = text[os.write(pipe, text):]


def run(line):
    inlet, outlet = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(inlet)
            child(outlet, line)
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(outlet)
    deadline = time.monotonic() + SECONDS
    text, status = b'', None
    while status is None:
        ready = select.select([inlet], [], [], max(0, deadline - time.monotonic()))[0]
        chunk = os.read(inlet, MOST_TEXT) if ready else None
        if chunk is None:
            status = 'timed-out'
        elif not chunk:
            break
        else:
            text += chunk
            if len(text) > MOST_TEXT:
                status = 'overflowed'
    os.close(inlet)
    if status is None:
        # The pipe is closed, so the child is ending; a hostile one may have closed it and lingered.
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        while ended is None and time.monotonic() < deadline:
            time.sleep(0.0002)
            ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            status = 'timed-out'
        else:
            status = 'finished' if ended.si_status == 0 else 'killed'
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass
    return status, text if status == 'finished' else b''


def main():
    nonce, *lines = sys.stdin.buffer.read().split(b'\n')[:-1]
    report = sys.stdout.buffer
    report.write(b'%s ready\n' % nonce)
    report.flush()
    for index, line in enumerate(lines):
        status, text = run(line)
        report.write(b'%s %d %s %d\n%s\n' % (nonce, index, status.encode(), len(text), text))
        report.flush()


main()
