package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.transport.Frame;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a core may hold and send at most, where a bound once was missing or wrong. */
class CoreBoundsTest {

    private static final NodeId N1 = NodeId.of(1);
    private static final NodeId N2 = NodeId.of(2);
    private static final NodeId N3 = NodeId.of(3);
    private static final Membership THREE =
            Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c")));
    private static final NodeIdentity IDENTITY = new NodeIdentity("test", N1, 1);
    private static final int KIB = 1 << 10;

    private static CoreSettings settings(int maxBatchBytes, long maxUncommittedBytes, long recentBytes) {
        return new CoreSettings(
                1_000_000_000, 100_000_000, false, true, maxBatchBytes, 256, 1 << 24, maxUncommittedBytes, recentBytes);
    }

    private static RaftCore core(CoreSettings settings, StoredState stored) {
        return new RaftCore(N1, settings, stored, new SplittableRandom(1), 0);
    }

    private static StoredState empty() {
        return StoredState.empty(IDENTITY, THREE);
    }

    /** Elects n1 by the vote of n2; its no-op is durable and acknowledged by n2. */
    private static void elect(RaftCore core) {
        core.step(new Input.TimePassed(3_000_000_000L));
        core.step(new Input.Persisted(core.takeReady().number()));
        core.step(new Input.Received(new RequestVoteReply(core.currentTerm(), N2, N1, true)));
        assertThat(core.role()).isEqualTo(RaftRole.LEADER);
        core.step(new Input.Persisted(core.takeReady().number()));
        accept(core, N2);
        core.takeReady();
        assertThat(core.commitIndex()).isEqualTo(core.lastIndex());
    }

    private static void accept(RaftCore core, NodeId from) {
        core.step(new Input.Received(new AppendEntriesAccepted(core.currentTerm(), from, N1, core.lastIndex())));
    }

    private static List<AppendEntries> appendsTo(NodeId to, Ready ready) {
        List<AppendEntries> found = new ArrayList<>();
        for (Message message : ready.messages()) {
            if (message instanceof AppendEntries append && append.to().equals(to)) {
                found.add(append);
            }
        }
        return found;
    }

    private static long bytesOf(AppendEntries append) {
        return append.runs().stream().mapToLong(EntryRun::sizeBytes).sum();
    }

    @Test
    void aLeaderWhoseDiskStallsDoesNotGatherEntriesWithoutBound() {
        RaftCore core = core(settings(64 * KIB, 16 * KIB, 16 * KIB), empty());
        elect(core);
        long durable = core.durableIndex();

        // The followers' disks work, its own does not: no Persisted comes any more.
        for (int batch = 1; batch <= 1000; batch++) {
            core.step(new Input.Proposed(batch, List.of(new byte[KIB])));
            core.takeReady();
            accept(core, N2);
            accept(core, N3);
            core.takeReady();
        }

        assertThat((core.lastIndex() - durable) * KIB)
                .as("bytes held in memory for the disk")
                .isLessThanOrEqualTo(4L * 16 * KIB);
    }

    @Test
    void aMessageCountsTheTableOfItsRunToo() {
        RaftCore core = core(settings(KIB, 1 << 20, 1 << 20), empty());
        elect(core);

        core.step(new Input.Proposed(1, Collections.nCopies(10_000, new byte[0])));
        AppendEntries first = appendsTo(N2, core.takeReady()).get(0);

        assertThat(bytesOf(first)).isLessThanOrEqualTo(KIB);
    }

    @Test
    void loadedRunsNeverMakeAMessageThatNoFrameCanCarry() {
        int batch = 4 << 20;
        StoredState stored = new StoredState(
                IDENTITY,
                THREE,
                new HardState(1, Optional.empty()),
                LogPosition.ZERO,
                new LogPosition(2, 1),
                List.of(new LogPosition(1, 1)),
                List.of());
        RaftCore core = core(settings(batch, 1 << 20, 1 << 20), stored);
        elect(core);
        core.step(new Input.Received(new AppendEntriesRejected(core.currentTerm(), N3, N1, 2, LogPosition.ZERO)));
        Load.Entries load = (Load.Entries) core.takeReady().loads().get(0);
        assertThat(load.fromIndex()).isEqualTo(1);

        // What FileStorage returns for this load: it stops when maxBytes are reached, not before.
        EntryRun one = EntryRun.of(1, 1, EntryKind.COMMAND, List.of(new byte[batch - 33]));
        EntryRun two = EntryRun.of(2, 1, EntryKind.COMMAND, List.of(new byte[batch]));
        core.step(new Input.Loaded(N3, List.of(one, two)));
        AppendEntries sent = appendsTo(N3, core.takeReady()).get(0);

        int size = MessageCodec.encode(sent).stream()
                .mapToInt(ByteBuffer::remaining)
                .sum();
        assertThat(size).isLessThanOrEqualTo(Frame.MAX_BYTES);
    }

    @Test
    void aFollowerWithTheLargestCacheTakesEntries() {
        RaftCore core = core(settings(KIB, 1 << 20, Long.MAX_VALUE), empty());

        EntryRun run = EntryRun.of(1, 1, EntryKind.NO_OP, List.of(new byte[0]));
        core.step(new Input.Received(new AppendEntries(1, N2, N1, LogPosition.ZERO, List.of(run), 0)));

        assertThat(core.lastIndex()).isEqualTo(1);
    }

    @Test
    void readRoundsDoNotSendTheSameProbeAgainAndAgain() {
        RaftCore core = core(settings(64 * KIB, 1 << 20, 1 << 20), empty());
        elect(core);
        core.step(new Input.Proposed(1, List.of(new byte[32 * KIB])));
        core.takeReady();

        // n3 is there and answers heartbeats, but its disk takes a moment; no time passes.
        long resent = 0;
        for (int read = 1; read <= 100; read++) {
            core.step(new Input.ReadRequested(read));
            Ready ready = core.takeReady();
            for (Message message : ready.messages()) {
                if (message instanceof Heartbeat heartbeat && heartbeat.to().equals(N3)) {
                    core.step(new Input.Received(new HeartbeatReply(core.currentTerm(), N3, N1, heartbeat.round())));
                }
            }
            resent += core.hasReady() ? appendsTo(N3, core.takeReady()).size() : 0;
        }

        assertThat(resent).as("probes sent again within one heartbeat interval").isLessThanOrEqualTo(2);
    }

    @Test
    void entriesThatWereLetGoAreNotHeld() {
        RecentEntries recent = new RecentEntries(KIB);
        List<WeakReference<EntryRun>> appended = new ArrayList<>();
        for (int index = 1; index <= 60; index++) {
            EntryRun run = EntryRun.of(index, 1, EntryKind.COMMAND, List.of(new byte[KIB]));
            appended.add(new WeakReference<>(run));
            recent.append(run);
        }
        recent.trim(60);

        System.gc();

        assertThat(appended.stream().filter(run -> run.get() != null).count())
                .as("runs in memory, of which %d bytes are counted", recent.bytes())
                .isLessThanOrEqualTo(2);
        assertThat(recent.holds(1)).isFalse();
    }
}
