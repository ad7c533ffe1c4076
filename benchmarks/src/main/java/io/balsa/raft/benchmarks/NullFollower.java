package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/** A follower of null replication: one write and one sync for each read, then it answers how many bytes it has. */
final class NullFollower implements Server {

    private final ServerSocketChannel listening;
    private final RingFile file;

    NullFollower(ServerSetup setup) throws IOException {
        file = new RingFile(setup.dir(), setup.meter());
        listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), setup.ports().get(setup.id() - 1)));
        Thread thread = new Thread(this::serve, "null-follower");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(NullLeader.MAX_BATCH_BYTES);
        ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);
        long received = 0;
        try (SocketChannel leader = listening.accept()) {
            leader.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (leader.read(buffer.clear()) >= 0) {
                received += buffer.flip().remaining();
                file.append(buffer);
                answer.clear().putLong(received).flip();
                while (answer.hasRemaining()) {
                    leader.write(answer);
                }
            }
        } catch (ClosedChannelException e) {
            // That is how it ends.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean leads() {
        return false;
    }

    @Override
    public CompletableFuture<?> propose(byte[] command) {
        return CompletableFuture.failedFuture(new IllegalStateException("a follower takes no commands"));
    }

    @Override
    public void close() {
        try (listening;
                file) {
            // Both are closed on the way out.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
