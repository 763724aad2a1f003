# Works a throw-away machine: carries out one request a line, as JSON, and answers with one.
#
# {"run": {"language", "code"}, "arguments": [...], "seconds"}: runs a script by itself and answers
#     {"status", "output", "errors"}; status 124 if it was late.
# {"type": TEXT, "seconds"}: types a text into the shell that stays open, and answers {"output"}, or
#     {"late": true} if the shell was not ready again in time.
import ctypes, json, os, secrets, select, signal, subprocess, sys, time

MOST = 1 << 20
ENVIRONMENT = {'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/root',
               'USER': 'root', 'LOGNAME': 'root', 'LANG': 'C.UTF-8', 'TERM': 'dumb', 'SHELL': '/bin/bash'}


def run(script, arguments, seconds):
    if script['language'] == 'bash':
        words = ['/bin/bash', '-c', script['code'], 'bash']
    elif script['language'] == 'python':
        words = ['/usr/bin/python3', '-c', script['code']]
    else:
        return {'status': 125, 'output': '', 'errors': 'unknown language ' + script['language']}
    process = subprocess.Popen(words + arguments, cwd='/root', env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    streams = {process.stdout: b'', process.stderr: b''}
    open_streams = set(streams)
    deadline, over = time.monotonic() + seconds, None
    while open_streams:
        left = deadline - time.monotonic()
        if over is None and process.poll() is not None:
            over = time.monotonic() + 0.2  # what it left running may keep its streams open
        if over is not None:
            left = min(left, over - time.monotonic())
        if left <= 0:
            break
        for stream in select.select(list(open_streams), [], [], min(left, 0.05))[0]:
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                open_streams.discard(stream)
            streams[stream] = (streams[stream] + chunk)[:MOST]
    if process.poll() is None:
        try:
            status = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = 124
    else:
        status = process.returncode
    out, err = (streams[s].decode('utf-8', 'replace') for s in (process.stdout, process.stderr))
    process.stdout.close()
    process.stderr.close()
    return {'status': status if status >= 0 else 128 - status, 'output': out, 'errors': err}


class Shell:
    """The shell that a model types into."""

    def __init__(self):
        self.process = subprocess.Popen(['/bin/bash', '--login'], cwd='/root', env=ENVIRONMENT,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True)

    def type(self, text, seconds):
        mark = secrets.token_hex(16)
        data = b''
        try:
            self.process.stdin.write(('%s\necho; echo %s\n' % (text, mark)).encode())
            self.process.stdin.flush()
        except OSError:
            return {'late': True, 'output': ''}
        deadline = time.monotonic() + seconds
        end = ('\n%s\n' % mark).encode()
        while not data.endswith(end):
            left = deadline - time.monotonic()
            if left <= 0 or len(data) > MOST:
                return {'late': True, 'output': data.decode('utf-8', 'replace')}
            if select.select([self.process.stdout], [], [], left)[0]:
                chunk = os.read(self.process.stdout.fileno(), 1 << 16)
                if not chunk:
                    return {'late': True, 'output': data.decode('utf-8', 'replace')}
                data += chunk
        return {'output': data[:-len(end)].decode('utf-8', 'replace')}


def main():
    if os.getpid() != 1:
        sys.exit('must be process 1 of its own process namespace')
    # Neither its memory nor its open files can be reached from the machine.
    if ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) != 0:
        sys.exit('cannot be hidden from what it runs')
    shell = None
    print('ready', flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if 'run' in request:
            reply = run(request['run'], request.get('arguments', []), request['seconds'])
        else:
            shell = shell or Shell()
            reply = shell.type(request['type'], request['seconds'])
        print(json.dumps(reply), flush=True)


main()
