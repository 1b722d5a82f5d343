"""Runs the two homeservers of one directory and does what it is told on the socket `control` there.

usage: supervisor.py DIRECTORY

A request is one line, `start|stop|pause|resume SIDE`, `status`, `keep`, `kept` (known only after `keep`) or
`shutdown`; the answer is one line of JSON.
It ends, and both servers with it, when told to, when its standard input closes (whoever started it has gone, however
that came) and on SIGTERM. After `keep` only the first and the last hold.
"""

import ctypes
import json
import os
import selectors
import signal
import socket
import subprocess
import sys

SIDES = ("french", "german")
SOCKET = "control"
PROGRAM = os.path.abspath(os.path.join(sys.argv[1], "homeserver.py"))
CLOCK = os.path.abspath(os.path.join(sys.argv[1], "clock"))
PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 15


class Server:
    def __init__(self, side):
        self.side = side
        self.process = None
        self.paused = False

    def start(self):
        if self.process is not None and self.process.poll() is None:
            self.resume()
            return
        home = os.path.abspath(self.side)
        libc = ctypes.CDLL(None)
        with open(os.path.join(home, "output.log"), "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-I", PROGRAM, CLOCK, "-c", os.path.join(home, "homeserver.yaml")],
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Should this process be killed hard, the server goes with it.
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
            )
        self.paused = False

    def pause(self):
        if self.condition() == "running":
            self.process.send_signal(signal.SIGSTOP)
            self.paused = True

    def resume(self):
        if self.condition() == "paused":
            self.process.send_signal(signal.SIGCONT)
            self.paused = False

    def ask_to_stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)

    def wait_until_stopped(self):
        if self.process is None:
            return
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def stop(self):
        self.ask_to_stop()
        self.wait_until_stopped()

    def condition(self):
        if self.process is None:
            return "stopped"
        if self.process.poll() is not None:
            return "failed"
        return "paused" if self.paused else "running"


class Ended(Exception):
    """There is a reason to end."""


def on_signal(_number, _frame):
    raise Ended


class Supervisor:
    def __init__(self):
        self.servers = {side: Server(side) for side in SIDES}
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.bound_to_starter = True

    def listen(self):
        listener = socket.socket(socket.AF_UNIX)
        if os.path.exists(SOCKET):
            os.unlink(SOCKET)
        listener.bind(SOCKET)
        os.chmod(SOCKET, 0o600)
        listener.listen()
        self.selector.register(listener, selectors.EVENT_READ)
        self.listener = listener

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    self.serve(self.listener.accept()[0])
                elif not os.read(sys.stdin.fileno(), 64):
                    self.selector.unregister(sys.stdin)
                    if self.bound_to_starter:
                        raise Ended

    def serve(self, connection):
        stop = False
        try:
            # Leaving the stream writes once more what was not yet sent: whoever asked may have gone.
            with connection, connection.makefile("rw") as stream:
                connection.settimeout(5)
                words = stream.readline().split()
                stop = words == ["shutdown"]
                if stop:
                    self.stop_all()
                    os.unlink(SOCKET)
                stream.write(json.dumps(self.obey(words)) + "\n")
                stream.flush()
        except (OSError, ValueError):
            pass
        if stop:
            raise Ended

    def obey(self, words):
        match words:
            case ["status"] | ["shutdown"]:
                pass
            case ["keep"]:
                self.bound_to_starter = False
            case ["kept"] if not self.bound_to_starter:
                pass
            case ["start" | "stop" | "pause" | "resume" as verb, side] if side in self.servers:
                getattr(self.servers[side], verb)()
            case _:
                return {"error": "unknown request: " + " ".join(words)}
        return {side: server.condition() for side, server in self.servers.items()}

    def stop_all(self):
        for server in self.servers.values():
            server.ask_to_stop()
        for server in self.servers.values():
            server.wait_until_stopped()


def main():
    os.chdir(sys.argv[1])
    # Away from the terminal's Ctrl+C: whoever started the servers decides when they end.
    os.setsid()
    supervisor = Supervisor()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        for server in supervisor.servers.values():
            server.start()
        supervisor.listen()
        supervisor.run()
    except Ended:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop_all()
        if os.path.exists(SOCKET):
            os.unlink(SOCKET)


main()
