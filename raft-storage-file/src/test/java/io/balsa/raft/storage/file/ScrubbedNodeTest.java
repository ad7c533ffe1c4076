package io.balsa.raft.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Command;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.transport.LocalNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node whose store is damaged while it runs")
class ScrubbedNodeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    /** Counts commands. */
    private static final class Counter implements StateMachine {

        private final AtomicLong count = new AtomicLong();

        @Override
        public byte[] apply(Command command) {
            return Long.toString(count.incrementAndGet()).getBytes(UTF_8);
        }

        @Override
        public Optional<SnapshotWriter> snapshot() {
            long captured = count.get();
            return Optional.of(out -> out.write(Long.toString(captured).getBytes(UTF_8)));
        }

        @Override
        public void restore(InputStream in) throws IOException {
            count.set(Long.parseLong(new String(in.readAllBytes(), UTF_8)));
        }
    }

    private RaftNode node(LocalNetwork network, Counter counter, boolean mends) {
        return RaftNode.builder()
                .cluster("orders")
                .id(1)
                .member(1, "local:1")
                .stateMachine(counter)
                .storage(FileStorage.builder(new NioDisk(directory))
                        .segmentBytes(4096)
                        .mendFromPeers(mends)
                        .build())
                .transport(network.transport())
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(50))
                        .heartbeatInterval(Duration.ofMillis(10))
                        .snapshots(SnapshotConfig.builder()
                                .everyEntries(0)
                                .everyBytes(0)
                                .trailingEntries(1_000_000)
                                .build())
                        .build())
                .build();
    }

    private List<Path> segments() {
        return files(FileNames::isSegment);
    }

    private List<Path> files(Predicate<String> kind) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> kind.test(file.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flip(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            channel.write(one.put(0, (byte) (one.get(0) ^ 0x10)).rewind(), position);
        }
    }

    @Test
    @DisplayName("finds a damaged segment by itself, and does without it: it takes a snapshot and lets the segment go")
    void segment() throws IOException {
        Counter counter = new Counter();
        try (LocalNetwork network = new LocalNetwork(1);
                RaftNode node = node(network, counter, false)) {
            node.start();
            node.awaitLeader().join();
            for (int i = 0; i < 100; i++) {
                node.propose(new byte[500]).join();
            }
            assertThat(segments()).hasSizeGreaterThan(5);
            assertThat(files(FileNames::isSnapshot)).isEmpty();
            Path damaged = segments().get(2);
            flip(damaged, 700);

            await().atMost(PATIENCE).until(() -> !segments().contains(damaged));

            assertThat(files(FileNames::isSnapshot)).hasSize(1);
            assertThat(node.propose(new byte[1]).join().result())
                    .asString(UTF_8)
                    .isEqualTo("101");
        }
        Counter restored = new Counter();
        try (LocalNetwork network = new LocalNetwork(1);
                RaftNode node = node(network, restored, false)) {
            node.start();
            node.awaitLeader().join();
            node.barrier().join();
            assertThat(restored.count).hasValue(101);
        }
    }

    @Test
    @DisplayName("finds a damaged snapshot by itself, and takes a new one as soon as there is something new")
    void snapshot() throws IOException {
        Counter counter = new Counter();
        try (LocalNetwork network = new LocalNetwork(1);
                RaftNode node = node(network, counter, false)) {
            node.start();
            node.awaitLeader().join();
            node.propose(new byte[10]).join();
            node.snapshots().trigger().join();
            Path damaged = files(FileNames::isSnapshot).get(0);
            flip(damaged, Files.size(damaged) - 1);

            await().atMost(PATIENCE).until(() -> {
                node.propose(new byte[10]).join();
                return files(FileNames::isSnapshot).size() > 1;
            });
        }
    }
}
