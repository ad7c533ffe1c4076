package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A frame")
class FramesTest {

    private static ByteBuffer encoded(io.balsa.raft.message.Message message) {
        return new Frame(0, Lane.URGENT, MessageCodec.encode(message)).joined();
    }

    @Test
    @DisplayName("of garbage, of another group, or in another's name is dropped and does no harm")
    void strangers() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            Heartbeat usurper = new Heartbeat(99, THREE, ONE, 0, 1);
            long term = node.status().term();

            node.transport.receive(THREE, 1, encoded(usurper));
            node.transport.receive(TWO, 0, encoded(usurper));
            node.transport.receive(THREE, 0, encoded(new Heartbeat(99, THREE, TWO, 0, 1)));
            node.transport.receive(THREE, 0, ByteBuffer.allocate(0));
            node.agents.runAll();

            assertThat(node.status().term()).isEqualTo(term);
            assertThat(node.status().isLeader()).isTrue();
            CompletableFuture<Applied> done = node.propose("x");
            node.agents.runAll();
            node.acknowledge();
            assertThat(done).isCompleted();
        }
    }

    @Test
    @DisplayName("of random or damaged bytes never throws at the transport, nor stops the node")
    void fuzz() {
        SplittableRandom random = new SplittableRandom(3);
        try (SteppedNode node = new SteppedNode(3).start()) {
            byte[] valid =
                    encoded(append(1, TWO, LogPosition.ZERO, 1, "a", "b")).array();
            for (int i = 0; i < 3000; i++) {
                byte[] noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                byte[] damaged = valid.clone();
                // Not the header, whose fields are free: any term is a term.
                damaged[26 + random.nextInt(damaged.length - 26)] ^= (byte) (1 << random.nextInt(8));
                node.transport.receive(TWO, 0, ByteBuffer.wrap(noise));
                node.transport.receive(TWO, 0, ByteBuffer.wrap(damaged, 0, random.nextInt(damaged.length)));
            }
            node.agents.runAll();

            assertThat(node.node.terminated()).isNotDone();
            node.receive(append(node.status().term() + 1, TWO, LogPosition.ZERO, 1, "fine"));
            assertThat(node.recorder.applied).containsExactly("1:fine");
        }
    }

    @Test
    @DisplayName("is dropped when too many bytes of frames wait, and the room is there again afterwards")
    void bounded() {
        RaftConfig config = SteppedNode.config().maxInboxBytes(8 << 20).build();
        try (SteppedNode node = new SteppedNode(3, config).start()) {
            for (int i = 0; i < 20; i++) {
                node.transport.receive(entryOf(i + 1, 1 << 20));
            }
            node.agents.runAll();
            assertThat(node.status().lastIndex()).isEqualTo(7);
            assertThat(acknowledged(node)).isEqualTo(7);

            for (int i = 7; i < 14; i++) {
                node.transport.receive(entryOf(i + 1, 1 << 20));
            }
            node.agents.runAll();
            assertThat(node.status().lastIndex()).isEqualTo(14);
        }
    }

    private static AppendEntries entryOf(long index, int size) {
        LogPosition previous = index == 1 ? LogPosition.ZERO : at(index - 1, 1);
        EntryRun run = EntryRun.of(index, 1, EntryKind.COMMAND, List.of(bytes(size)));
        return new AppendEntries(1, TWO, ONE, previous, List.of(run), 0);
    }

    private static long acknowledged(SteppedNode node) {
        return node.transport.takeSent().stream()
                .filter(AppendEntriesAccepted.class::isInstance)
                .mapToLong(reply -> ((AppendEntriesAccepted) reply).matchIndex())
                .max()
                .orElse(0);
    }
}
