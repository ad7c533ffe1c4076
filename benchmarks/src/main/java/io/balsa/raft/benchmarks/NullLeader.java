package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The leader of null replication: takes all that waits, writes it to the followers' sockets, then to its own file, then
 * syncs. Commands are answered when a majority of all, itself included, has synced them. Nothing else: no index, no term,
 * no checksum, no check of anything. What is faster than this on the same machine does less than replicate and sync.
 */
final class NullLeader implements Server {

    static final int MAX_BATCH_BYTES = 1 << 20;

    private static final long CONNECT_SECONDS = 30;
    private static final long CONNECT_RETRY_MILLIS = 50;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    private record Proposal(byte[] command, CompletableFuture<Long> future) {}

    private record Batch(long end, List<Proposal> proposals) {}

    private final RingFile file;
    private final List<SocketChannel> followers = new ArrayList<>();
    private final Queue<Proposal> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean stopped;

    private final Object lock = new Object();
    private final Deque<Batch> unanswered = new ArrayDeque<>(); // guarded by lock
    private final long[] synced; // bytes that each has on its disk, this server first; guarded by lock

    /** A leader of all the others that the setup names. */
    NullLeader(ServerSetup setup) throws IOException {
        file = new RingFile(setup.dir(), setup.meter());
        synced = new long[setup.ports().size()];
        for (int port : setup.ports().subList(1, setup.ports().size())) {
            SocketChannel follower = connect(port);
            follower.setOption(StandardSocketOptions.TCP_NODELAY, true);
            followers.add(follower);
            int who = followers.size();
            start("null-answers-" + who, () -> readAnswers(follower, who));
        }
        thread = start("null-leader", this::lead);
    }

    private static SocketChannel connect(int port) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS);
        while (true) {
            try {
                return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (ConnectException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(CONNECT_RETRY_MILLIS));
            }
        }
    }

    /** What does the work of a thread. */
    private interface Work {
        void run() throws IOException;
    }

    private Thread start(String name, Work work) {
        Thread started = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        if (!stopped) {
                            throw new UncheckedIOException(e);
                        }
                    }
                },
                name);
        started.setDaemon(true);
        started.start();
        return started;
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public CompletableFuture<?> propose(byte[] command) {
        CompletableFuture<Long> future = new CompletableFuture<>();
        waiting.add(new Proposal(command, future));
        // Either we see that the leader sleeps, or it sees, before it does, what we have put down.
        if (parked) {
            LockSupport.unpark(thread);
        }
        return future;
    }

    private void lead() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BATCH_BYTES);
        long end = 0;
        while (!stopped) {
            List<Proposal> batch = take(buffer.clear());
            if (batch.isEmpty()) {
                parked = true;
                if (waiting.isEmpty() && !stopped) {
                    LockSupport.park(this);
                }
                parked = false;
                continue;
            }
            buffer.flip();
            end += buffer.remaining();
            synchronized (lock) {
                unanswered.add(new Batch(end, batch));
            }
            for (SocketChannel follower : followers) {
                ByteBuffer bytes = buffer.duplicate();
                while (bytes.hasRemaining()) {
                    follower.write(bytes);
                }
            }
            file.append(buffer);
            hasSynced(0, end);
        }
    }

    private List<Proposal> take(ByteBuffer into) {
        List<Proposal> taken = new ArrayList<>();
        Proposal next = waiting.peek();
        while (next != null && next.command.length <= into.remaining()) {
            into.put(next.command);
            taken.add(next);
            waiting.remove();
            next = waiting.peek();
        }
        return taken;
    }

    private void readAnswers(SocketChannel follower, int who) throws IOException {
        ByteBuffer answers = ByteBuffer.allocateDirect(1 << 10);
        while (follower.read(answers) >= 0) {
            answers.flip();
            long last = 0;
            while (answers.remaining() >= Long.BYTES) {
                last = answers.getLong();
            }
            answers.compact();
            hasSynced(who, last);
        }
    }

    /** Answers, on the calling thread, what a majority has now. */
    private void hasSynced(int who, long bytes) {
        List<Batch> done = new ArrayList<>();
        synchronized (lock) {
            synced[who] = Math.max(synced[who], bytes);
            long[] sorted = synced.clone();
            Arrays.sort(sorted);
            long byMajority = sorted[(sorted.length - 1) / 2];
            while (!unanswered.isEmpty() && unanswered.peek().end <= byMajority) {
                done.add(unanswered.remove());
            }
        }
        for (Batch batch : done) {
            for (Proposal proposal : batch.proposals) {
                proposal.future.complete(batch.end);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
            for (SocketChannel follower : followers) {
                follower.close();
            }
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
