package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Compares the transport with blocking sockets, both ends in one process: latency of a round trip, and how many frames a
 * second pass with a window of 256, each answered by a frame of 16 bytes. Run by hand; the ratios are what matters.
 */
final class PingPong {

    /** One end: sends, and passes on what arrives. */
    private interface End extends AutoCloseable {
        void send(ByteBuffer payload);

        void flush();

        @Override
        void close();
    }

    private interface Arrival {
        void arrived(ByteBuffer payload);
    }

    private static final int WARM_UP = 20_000;
    private static final int ROUND_TRIPS = 50_000;
    private static final int WINDOW = 256;
    private static final int BATCH = 16;
    private static final int PIPELINED = 1_000_000;

    private final Semaphore replies = new Semaphore(0);
    private final Semaphore toAnswer = new Semaphore(0);
    private volatile boolean answersAtOnce = true;
    private volatile End answering = new NoEnd();

    private PingPong() {}

    public static void main(String[] arguments) throws Exception {
        for (int bytes : new int[] {256, 16 << 10}) {
            for (int repetition = 0; repetition < 3; repetition++) {
                new PingPong().compare("sockets", bytes, PingPong::connectSockets);
                new PingPong().compare("http", bytes, PingPong::connectHttp);
            }
        }
    }

    private interface Connector {
        End[] connect(Arrival atCaller, Arrival atEcho) throws IOException;
    }

    private void compare(String name, int bytes, Connector connector) throws Exception {
        End[] ends = connector.connect(payload -> replies.release(), payload -> {
            if (answersAtOnce) {
                answer(1);
            } else {
                toAnswer.release();
            }
        });
        Thread agent = new Thread(this::answerInCycles);
        agent.setDaemon(true);
        agent.start();
        try (End caller = ends[0];
                End echo = ends[1]) {
            answering = echo;
            ByteBuffer payload = ByteBuffer.allocate(bytes);
            do {
                caller.send(payload);
                caller.flush();
            } while (!replies.tryAcquire(100, TimeUnit.MILLISECONDS));
            roundTrips(caller, payload, WARM_UP);
            long[] nanos = roundTrips(caller, payload, ROUND_TRIPS);
            Arrays.sort(nanos);
            int count = bytes > 1024 ? PIPELINED / 10 : PIPELINED;
            answersAtOnce = false;
            pipelined(caller, payload, count / 2);
            long spent = pipelined(caller, payload, count);
            System.out.printf(
                    "%-8s %6d B: p50 %6.1f us, p99 %6.1f us, %,10d frames/s%n",
                    name,
                    bytes,
                    nanos[nanos.length / 2] / 1e3,
                    nanos[nanos.length / 100 * 99] / 1e3,
                    count * 1_000_000_000L / spent);
            agent.interrupt();
        }
    }

    /** As an agent does: all that has come in one duty cycle, then one flush. */
    private void answerInCycles() {
        try {
            while (true) {
                toAnswer.acquire();
                answer(1 + toAnswer.drainPermits());
            }
        } catch (InterruptedException e) {
            // the end
        }
    }

    private void answer(int count) {
        End end = answering;
        for (int i = 0; i < count; i++) {
            end.send(ByteBuffer.allocate(16));
        }
        end.flush();
    }

    private long[] roundTrips(End caller, ByteBuffer payload, int count) throws InterruptedException {
        long[] nanos = new long[count];
        replies.drainPermits();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            caller.send(payload);
            caller.flush();
            replies.acquire();
            nanos[i] = System.nanoTime() - start;
        }
        return nanos;
    }

    /** Flushes once after each batch, as the consensus agent does after each duty cycle. */
    private long pipelined(End caller, ByteBuffer payload, int count) throws InterruptedException {
        replies.drainPermits();
        replies.release(WINDOW);
        long start = System.nanoTime();
        for (int i = 0; i < count; i += BATCH) {
            replies.acquire(BATCH);
            for (int j = 0; j < BATCH; j++) {
                caller.send(payload);
            }
            caller.flush();
        }
        replies.acquire(WINDOW);
        return System.nanoTime() - start;
    }

    private static End[] connectHttp(Arrival atCaller, Arrival atEcho) {
        HttpTransport caller = HttpTransport.builder().listen("127.0.0.1:0").build();
        HttpTransport echo = HttpTransport.builder().listen("127.0.0.1:0").build();
        caller.start(new NodeIdentity("test", NodeId.of(1), 1), receiver(atCaller));
        echo.start(new NodeIdentity("test", NodeId.of(2), 2), receiver(atEcho));
        caller.members(List.of(Member.of(2, echo.address())));
        echo.members(List.of(Member.of(1, caller.address())));
        return new End[] {new HttpEnd(caller, NodeId.of(2)), new HttpEnd(echo, NodeId.of(1))};
    }

    private static Transport.Receiver receiver(Arrival arrival) {
        return new Transport.Receiver() {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                arrival.arrived(payload);
            }

            @Override
            public void onUnreachable(NodeId peer) {}
        };
    }

    private static End[] connectSockets(Arrival atCaller, Arrival atEcho) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket one = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
            Socket two = listener.accept();
            return new End[] {new SocketEnd(one, atCaller), new SocketEnd(two, atEcho)};
        }
    }

    private record HttpEnd(HttpTransport transport, NodeId peer) implements End {
        @Override
        public void send(ByteBuffer payload) {
            transport.send(peer, new Frame(1, Lane.ENTRIES, List.of(payload)));
        }

        @Override
        public void flush() {
            transport.flush();
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static final class NoEnd implements End {
        @Override
        public void send(ByteBuffer payload) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Length and payload; a writer thread writes all that waits at once. */
    private static final class SocketEnd implements End {
        private static final int BUFFER_BYTES = 64 << 10;
        private final Socket socket;
        private final LinkedTransferQueue<ByteBuffer> queue = new LinkedTransferQueue<>();

        SocketEnd(Socket socket, Arrival arrival) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            start(this::write);
            start(() -> read(arrival));
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            thread.start();
        }

        private void write() {
            try {
                OutputStream out = socket.getOutputStream();
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
                while (true) {
                    ByteBuffer next = queue.take();
                    while (next != null) {
                        if (buffer.remaining() < next.remaining() + Integer.BYTES) {
                            out.write(buffer.array(), 0, buffer.position());
                            buffer.clear();
                        }
                        buffer.putInt(next.remaining()).put(next.duplicate());
                        next = queue.poll();
                    }
                    out.write(buffer.array(), 0, buffer.position());
                    buffer.clear();
                }
            } catch (IOException | InterruptedException e) {
                // closed
            }
        }

        private void read(Arrival arrival) {
            try {
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
                while (true) {
                    byte[] payload = new byte[in.readInt()];
                    in.readFully(payload);
                    arrival.arrived(ByteBuffer.wrap(payload));
                }
            } catch (IOException e) {
                // closed
            }
        }

        @Override
        public void send(ByteBuffer payload) {
            queue.add(payload);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
