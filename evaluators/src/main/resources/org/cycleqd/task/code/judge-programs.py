# Runs programs that a model wrote and judges them by inputs or by tests.
#
# Standard input: one JSON request a line. Standard output: "ready", then one JSON reply a line.
#
# Three processes. The judge (process 1) reads requests, holds the tests and expected values, and writes
# verdicts; it never runs a line of an answer. The nursery was forked before anything was read, so it
# knows nothing; it forks a child for each answer. The child runs the answer and computes values, which
# it sends to the judge as plain data. So an answer can make itself wrong, but it knows neither what is
# expected nor a way to say that it was right.
#
# Request: {"kind", "program", "entry", "seconds"} and
#   kind "inputs": "inputs" (a list of argument lists), "atol", and "reference", a program whose outputs
#       are expected; it runs once for each "key" and its time is added to the seconds, fivefold;
#   kind "tests": "tests", a program text that fails by an exception. Names that it does not define
#       itself stand for those of the answer, and calls of them are carried out in the child. An answer
#       that takes too long has the time of the "reference" more, fivefold, where that is slow itself.
# Reply: {"passed", "reason", "seconds"}, or {"failure"} where the reference does not run.
#
# Values are JSON; what JSON lacks is an object with one key: t tuple, s set, f frozenset, d map (pairs),
# c complex, b bytes, i a large whole number in hexadecimal digits, h a large value by its digest, o an
# object that stays in the child (a number, its type's name).
import ast, builtins, ctypes, gc, json, os, resource, select, signal, socket, struct, sys, time

# What answers import most, loaded once. Names of tests that are modules mean these.
import array, bisect, cmath, collections, copy, datetime, decimal, fractions, functools, hashlib, heapq
import itertools, math, operator, random, re, statistics, string, typing

MODULES = {name: sys.modules[name] for name in
           ('array bisect cmath collections copy datetime functools heapq itertools math operator random re '
            'statistics string sys typing').split()}
MOST_BYTES = 32 << 20
WALL_FACTOR = 10
REFERENCE_SECONDS = 60
MOST_REASON = 300
LARGE = 1 << 1000
MOST_TEXT = 1 << 16
PLAIN = {str, bool, type(None)}
NUMBERS = {int, float}
SIMPLE = PLAIN | {float}


class Digest:
    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return type(other) is Digest and other.text == self.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return 'a large value'


def encode(value, keep=None):
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value
    if kind is int:
        return value if -LARGE < value < LARGE else {'i': '%x' % value}
    if isinstance(value, (bool, int, float, str)):
        base = next(b for b in (bool, int, float, str) if isinstance(value, b))
        return encode(base(value) if base is not str else str.__str__(value))
    if isinstance(value, list):
        return elements(list(list.__iter__(value)), keep)
    if isinstance(value, tuple):
        return {'t': elements(list(tuple.__iter__(value)), keep)}
    if isinstance(value, set):
        return {'s': [encode(v, keep) for v in set.__iter__(value)]}
    if isinstance(value, frozenset):
        return {'f': [encode(v, keep) for v in frozenset.__iter__(value)]}
    if isinstance(value, dict):
        return {'d': [[encode(k, keep), encode(v, keep)] for k, v in dict.items(value)]}
    if isinstance(value, complex):
        return {'c': [value.real, value.imag]}
    if isinstance(value, (bytes, bytearray)):
        return {'b': bytes(value).hex()}
    if keep is not None:
        keep.append(value)
    return {'o': [len(keep) - 1 if keep is not None else -1, kind.__name__[:60]]}


def elements(values, keep):
    kinds = set(map(type, values))
    if kinds <= SIMPLE or kinds <= {int, float} and all(-LARGE < v < LARGE for v in values):
        return values
    return [encode(v, keep) for v in values]


def whole(number):
    return int(number) if type(number) is float and number.is_integer() else number


def canonical(value):
    """A text that is the same for equal values of texts and numbers in lists and tuples."""
    kind = type(value)
    if kind in PLAIN or kind is float or kind is int and -LARGE < value < LARGE:
        return repr(whole(value))
    if kind not in (list, tuple):
        raise TypeError(kind)
    kinds = set(map(type, value))
    if kinds <= PLAIN or kinds <= NUMBERS and all(-LARGE < v < LARGE for v in value):
        return repr(value if float not in kinds else kind(map(whole, value)))
    return kind.__name__ + '(' + ','.join(map(canonical, value)) + ')'


def shortened(value, keep):
    """A value as data; a large one by its digest, unless it is compared within a tolerance."""
    kind = type(value)
    if kind is int and not -LARGE < value < LARGE or kind is str and len(value) > MOST_TEXT:
        return {'h': hashlib.sha256(json.dumps(encode(value)).encode()).hexdigest()}
    if kind in (list, tuple) and not floats(value):
        try:
            parts, size = hashlib.sha256(kind.__name__.encode()), 0
            for part in value:
                text = canonical(part)
                size += len(text)
                parts.update(text.encode('ascii', 'backslashreplace') + b'\n')
            if size > MOST_TEXT:
                return {'h': parts.hexdigest()}
        except (TypeError, RecursionError):
            pass
    return encode(value, keep)


def decode(data, handle):
    if type(data) is list:
        return [decode(v, handle) for v in data]
    if type(data) is not dict:
        return data
    (tag, v), = data.items()
    if tag == 't':
        return tuple(decode(e, handle) for e in v)
    if tag == 's':
        return {decode(e, handle) for e in v}
    if tag == 'f':
        return frozenset(decode(e, handle) for e in v)
    if tag == 'd':
        return {decode(k, handle): decode(e, handle) for k, e in v}
    if tag == 'c':
        return complex(v) if type(v) is str else complex(v[0], v[1])
    if tag == 'b':
        return bytes.fromhex(v)
    if tag == 'i':
        return int(v, 16)
    if tag == 'h':
        return Digest(v)
    return handle(int(v[0]), str(v[1]))


def send(sock, message):
    data = json.dumps(message).encode('ascii')
    sock.sendall(struct.pack('>I', len(data)) + data)


def receive_exactly(sock, count, deadline):
    chunks = []
    while count:
        left = None
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
        sock.settimeout(left)
        chunk = sock.recv(min(count, 1 << 20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        count -= len(chunk)
    return b''.join(chunks)


def receive(sock, deadline=None):
    size, = struct.unpack('>I', receive_exactly(sock, 4, deadline))
    if size > MOST_BYTES:
        raise OverflowError
    data = json.loads(receive_exactly(sock, size, deadline))
    sock.settimeout(None)
    return data


def said(problem):
    try:
        text = type(problem).__name__ + ': ' + str(problem)
    except BaseException:
        text = 'an exception that cannot be printed'
    return text[:MOST_REASON]


# ---- the child: runs an answer ----

def child(sock):
    null = os.open('/dev/null', os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    job = receive(sock)
    seconds = job['seconds']
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 1000))
    names = {'__name__': 'answer', '__builtins__': builtins}
    try:
        exec(compile(job['program'], 'answer', 'exec'), names)
    except BaseException as problem:
        send(sock, {'x': said(problem)})
        return
    send(sock, {'v': None})
    kept = []
    while True:
        try:
            ask = receive(sock)
        except EOFError:
            return
        for call in ask['calls']:
            try:
                value = carry_out(call, names, kept)
                reply = {'v': shortened(value, kept) if ask['shorten'] else encode(value, kept)}
            except BaseException as problem:
                reply = {'x': said(problem)}
            send(sock, reply)


def carry_out(call, names, kept):
    target = call['on']
    value = names[target] if type(target) is str else kept[target]
    if 'get' in call:
        return getattr(value, call['get'])
    own = lambda number, _: kept[number]
    if 'set' in call:
        setattr(value, call['set'], decode(call['to'], own))
        return None
    return value(*[decode(v, own) for v in call['args']],
                 **{k: decode(v, own) for k, v in call.get('named', {}).items()})


# ---- the nursery: forks children, one at a time ----

def nursery(control):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            try:
                control.close()
                child(socket.socket(fileno=fds[0]))
                os._exit(0)
            except BaseException:
                os._exit(1)
        os.close(fds[0])
        control.sendall(struct.pack('>i', pid))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _, status = os.waitpid(pid, 0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        control.sendall(struct.pack('>id', status, used))


class Failed(Exception):
    """The answer did something that settles its verdict."""


class TooSlow(Failed):
    """Time is over."""


class Raised(Failed):
    """It raised an exception."""


class Unfit(Exception):
    """A reference does not run."""


class Run:
    """An answer that runs in a child."""

    def __init__(self, control, program, seconds):
        self.control, self.seconds = control, seconds
        self.deadline = time.monotonic() + seconds * WALL_FACTOR + 1
        self.sock, other = socket.socketpair()
        socket.send_fds(control, [b'j'], [other.fileno()])
        other.close()
        self.pid, = struct.unpack('>i', receive_exactly(control, 4, None))
        self.ended = None
        try:
            send(self.sock, {'program': program, 'seconds': seconds})
            self.answer()
        except BaseException:
            self.end()
            raise

    def answer(self):
        """The next value, as data."""
        try:
            reply = receive(self.sock, self.deadline)
        except TimeoutError:
            raise TooSlow('timed out after %d s' % (self.seconds * WALL_FACTOR + 1))
        except OverflowError:
            raise Failed('a value of more than %d bytes' % MOST_BYTES)
        except (EOFError, OSError):
            raise self.death()
        except (ValueError, RecursionError):
            raise Failed('no value that can be read')
        if type(reply) is not dict or not ('v' in reply or 'x' in reply):
            raise Failed('no value that can be read')
        if 'x' in reply:
            raise Raised('raised ' + str(reply['x'])[:MOST_REASON])
        return reply['v']

    def ask(self, calls, shorten=False):
        try:
            send(self.sock, {'calls': calls, 'shorten': shorten})
        except OSError:
            raise self.death()

    def call(self, **call):
        self.ask([call])
        return plain(self.answer(), self)

    def end(self):
        """Kills the child if it still runs; its wait status and processor seconds."""
        if self.ended is None:
            self.sock.close()
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.ended = struct.unpack('>id', receive_exactly(self.control, 12, None))
        return self.ended

    def death(self):
        # The child's end of the socket is closed, so it is gone or about to go.
        if self.ended is None:
            until = time.monotonic() + 0.5
            select.select([self.control], [], [], max(0, until - time.monotonic()))
        status, used = self.end()
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number in (signal.SIGXCPU, signal.SIGKILL) and used >= self.seconds - 0.5:
                return TooSlow('timed out after %d s of processor time' % self.seconds)
            return Failed('killed by signal %d' % number)
        return Failed('ended before it had answered')


def plain(data, run):
    try:
        return decode(data, lambda number, kind: Remote(run, number, kind))
    except BaseException:
        raise Failed('no value that can be read')


class Remote:
    """Something of the answer, in the judge's hands."""

    def __init__(self, run, target, kind='name'):
        self.__dict__.update(_run=run, _target=target, _kind=kind)

    def __call__(self, *args, **named):
        keep = lambda v: data_of(v)
        return self._run.call(on=self._target, args=[keep(v) for v in args],
                              named={k: keep(v) for k, v in named.items()})

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self._run.call(on=self._target, get=name)

    def __setattr__(self, name, value):
        self._run.call(on=self._target, set=name, to=data_of(value))

    def __repr__(self):
        return '<%s>' % self._kind


def data_of(value):
    if isinstance(value, Remote):
        return {'o': [value._target, value._kind]}
    if isinstance(value, list):
        return [data_of(v) for v in value]
    if isinstance(value, tuple):
        return {'t': [data_of(v) for v in value]}
    return encode(value)


# ---- comparing, as EvalPlus does ----

AS_SETS = {'similar_elements', 'find_char_long', 'common_in_nested_lists', 'extract_singly', 'larg_nnum',
           'intersection_array', 'find_dissimilar', 'Diff'}
NOT_NONE = {'check_str', 'text_match_three', 'text_starta_endb'}


def floats(value):
    if type(value) is float:
        return True
    return type(value) in (list, tuple) and bool(value) and all(type(v) is float for v in value)


def number(value):
    return isinstance(value, (int, float, complex))


def same(a, b):
    """a == b, but a NaN equals a NaN."""
    if a == b:
        return True
    if isinstance(a, float) and isinstance(b, float):
        return a != a and b != b
    if type(a) is type(b) and type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is type(b) is dict:
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return False


def close(out, expected, atol):
    if number(out) and number(expected):
        try:
            return same(out, expected) or abs(out - expected) <= atol + 1e-7 * abs(expected)
        except OverflowError:
            return False
    if type(out) in (list, tuple) and type(expected) in (list, tuple):
        return len(out) == len(expected) and all(close(o, e, atol) for o, e in zip(out, expected))
    if type(out) is type(expected) is dict:
        return out.keys() == expected.keys() and all(close(out[k], expected[k], atol) for k in out)
    return same(out, expected)


def truth(value):
    return value if type(value) is bool else value is not None


def slant_surface(edge, height):
    return round(edge ** 2 + 2 * edge * ((edge / 2) ** 2 + height ** 2) ** 0.5)


def digit_distance(a, b):
    a, b = str(a), str(b)
    width = max(len(a), len(b))
    return sum(abs(int(x) - int(y)) for x, y in zip(a.zfill(width), b.zfill(width)))


def polynomial(coefficients, x):
    return sum(c * x ** i for i, c in enumerate(coefficients))


def agrees(rule, args, out, expected, atol):
    if rule == 'are_equivalent':
        return True
    if rule in AS_SETS:
        out, expected = set(out), set(expected)
    if rule in NOT_NONE:
        return truth(out) == truth(expected)
    if rule == 'find_zero':
        return number(out) and abs(polynomial(args[0], out)) <= atol
    if rule == 'sum_div' and number(out) and out == 0:
        return True
    if rule == 'surface_Area' and number(out) and abs(out - slant_surface(*args)) <= atol:
        return True
    if rule == 'digit_distance_nums' and out == digit_distance(*args):
        return True
    if same(out, expected):
        return True
    if atol == 0 and floats(expected):
        atol = 1e-6
    return atol != 0 and type(out) is type(expected) and close(out, expected, atol)


# ---- the judge ----

def shown(value):
    if type(value) is int and value.bit_length() > 1000:
        return 'a whole number of %d bits' % value.bit_length()
    try:
        text = repr(value)
    except BaseException:
        text = '<%s>' % type(value).__name__
    return text if len(text) <= 80 else text[:77] + '...'


def outputs(run, request):
    """The answer's outputs as data, one after the other."""
    inputs = request['inputs']
    run.ask([{'on': request['entry'], 'args': args} for args in inputs], shorten=True)
    for index in range(len(inputs)):
        try:
            yield run.answer()
        except Raised as problem:
            yield problem
        except Failed as failure:
            raise Failed('input %d: %s' % (index + 1, failure))


def expected_text(value):
    """An expected output as JSON; None where the reference raises, so that nothing is expected."""
    return None if isinstance(value, Raised) else json.dumps(value)


def expectation(request, control, known):
    """What the reference puts out, as data, and its processor seconds."""
    found = known.get(request['key'])
    if found is None:
        try:
            run = Run(control, request['reference'], REFERENCE_SECONDS)
        except Failed as failure:
            raise Unfit('the reference ' + str(failure))
        try:
            values = [expected_text(value) for value in outputs(run, request)]
        except Failed as failure:
            raise Unfit('the reference, ' + str(failure))
        finally:
            used = run.end()[1]
        found = known[request['key']] = values, used
    return found


def by_inputs(request, run, expected):
    for index, out in enumerate(outputs(run, request)):
        if expected[index] is None:
            continue
        if isinstance(out, Raised):
            raise Failed('input %d: %s' % (index + 1, out))
        out = plain(out, run)
        args = decode(request['inputs'][index], Remote)
        wanted = decode(json.loads(expected[index]), lambda *_: Remote(run, -1, 'object'))
        try:
            right = agrees(request['entry'], args, out, wanted, request['atol'])
        except Exception as problem:
            raise Failed('input %d: cannot be compared, %s' % (index + 1, said(problem)))
        if not right:
            raise Failed('input %d: found %s, expected %s' % (index + 1, shown(out), shown(wanted)))
    return {'passed': True, 'reason': 'right on %d inputs' % len(expected)}


def by_tests(request, run):
    tree = ast.parse(request['tests'])
    named = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    space = {'__name__': 'tests', '__builtins__': builtins}
    for name in named:
        if name in MODULES:
            space[name] = MODULES[name]
        elif name == request['entry'] or not hasattr(builtins, name):
            space[name] = Remote(run, name)
    random.seed(1)
    try:
        exec(compile(tree, 'tests', 'exec'), space)
    except Failed:
        raise
    except AssertionError as problem:
        lines = request['tests'].split('\n')
        at = problem.__traceback__
        while at.tb_next is not None and at.tb_next.tb_frame.f_code.co_filename == 'tests':
            at = at.tb_next
        raise Failed('fails: ' + lines[at.tb_lineno - 1].strip()[:MOST_REASON])
    except Exception as problem:
        raise Failed('the tests raised ' + said(problem))
    return {'passed': True, 'reason': 'passes the tests'}


def too_late(*_):
    raise TooSlow('timed out in the tests')


def more_seconds(used):
    """What answers have beside the usual processor seconds, where a reference uses so many."""
    return math.ceil(5 * used) if used > 0.1 else 0


def attempt(request, control, program, seconds, expected):
    """The reply on a program that has so many processor seconds, and whether they were too few."""
    run, slow = None, False
    signal.setitimer(signal.ITIMER_REAL, seconds * WALL_FACTOR + 5)
    try:
        run = Run(control, program, seconds)
        reply = by_inputs(request, run, expected) if expected else by_tests(request, run)
    except Failed as failure:
        reply, slow = {'passed': False, 'reason': str(failure)}, isinstance(failure, TooSlow)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        used = run.end()[1] if run is not None else 0.0
    reply['seconds'] = used
    return reply, slow


def judged(request, control, known):
    expected, seconds, program = None, request['seconds'], request['program']
    if request['kind'] == 'inputs':
        try:
            expected, used = expectation(request, control, known)
        except Unfit as problem:
            return {'failure': str(problem)}
        seconds += more_seconds(used)
    reply, slow = attempt(request, control, program, seconds, expected)
    if slow and request['kind'] == 'tests':
        key = 'tests', request['key']
        if key not in known:
            of_reference = attempt(request, control, request['reference'], REFERENCE_SECONDS, None)[0]
            known[key] = of_reference['seconds']
        more = more_seconds(known[key])
        if more:
            reply, _ = attempt(request, control, program, seconds + more, expected)
    return reply


def main():
    if os.getpid() != 1:
        sys.exit('must be process 1 of its own process namespace')
    # Neither other processes' memory nor their open files can be reached, not even by the same user.
    if ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) != 0:
        sys.exit('cannot be hidden from its children')
    gc.disable()
    gc.freeze()
    mine, theirs = socket.socketpair()
    if os.fork() == 0:
        mine.close()
        os.close(0)
        os.close(1)
        os.open('/dev/null', os.O_RDWR)
        os.open('/dev/null', os.O_RDWR)
        nursery(theirs)
    theirs.close()
    gc.enable()
    signal.signal(signal.SIGALRM, too_late)
    sys.set_int_max_str_digits(0)
    out = sys.stdout
    out.write('ready\n')
    out.flush()
    known = {}
    for line in sys.stdin:
        out.write(json.dumps(judged(json.loads(line), mine, known)) + '\n')
        out.flush()


main()
