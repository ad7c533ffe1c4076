package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The log against a plain list, with what leaders of growing terms may send. */
@DisplayName("The log")
class RaftLogTest {

    private static RaftLog emptyLog(LogPosition base) {
        return new RaftLog(
                new TestDisk(base)
                        .stored(NodeId.of(1), Setup.cluster(3).server(1).core().membership()),
                200);
    }

    /** Entries of a later leader that go on from a prefix of {@code model}, as one run for each term. */
    private static List<EntryRun> request(Random random, List<LogEntry> model, LogPosition base, long term) {
        int keep = random.nextInt(model.size() + 1);
        int from = random.nextInt(keep + 1);
        List<EntryRun> runs = new ArrayList<>();
        for (int i = from; i < keep; i++) {
            runs.add(EntryRun.of(model.get(i)));
        }
        int fresh = random.nextInt(4);
        if (fresh > 0) {
            String[] commands = new String[fresh];
            for (int i = 0; i < fresh; i++) {
                commands[i] = "c" + random.nextInt(1_000);
            }
            runs.add(Setup.run(base.index() + keep + 1, term, commands));
        }
        return runs;
    }

    /** The rule of figure 3.1, word by word. */
    private static void naiveMerge(List<LogEntry> model, LogPosition base, List<EntryRun> runs) {
        for (EntryRun run : runs) {
            for (LogEntry entry : run.entries()) {
                int at = (int) (entry.index() - base.index() - 1);
                if (at < model.size() && model.get(at).term() != entry.term()) {
                    model.subList(at, model.size()).clear();
                }
                if (at == model.size()) {
                    model.add(entry);
                }
            }
        }
    }

    @Test
    @DisplayName("merges as figure 3.1 says, and what it hands to the disk is what it has")
    void mergesLikeAList() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            LogPosition base = new LogPosition(random.nextInt(3), 1);
            RaftLog log = emptyLog(base);
            List<LogEntry> model = new ArrayList<>();
            TestDisk disk = new TestDisk(base);

            for (long term = 1, number = 1; term < 60; term++) {
                List<EntryRun> runs = request(random, model, base, term);
                log.merge(runs);
                naiveMerge(model, base, runs);
                if (random.nextBoolean()) {
                    log.takeUnwritten(number++).forEach(disk::write);
                    compare(log, model, disk);
                }
                if (random.nextInt(3) == 0) {
                    log.persisted(number - 1 - random.nextInt(3));
                }
            }
        }
    }

    private static void compare(RaftLog log, List<LogEntry> model, TestDisk disk) {
        assertThat(log.lastIndex()).isEqualTo(disk.lastIndex());
        for (LogEntry entry : model) {
            assertThat(log.termAt(entry.index())).isEqualTo(entry.term());
            assertThat(disk.entry(entry.index())).isEqualTo(entry);
            if (log.holds(entry.index())) {
                EntryRun first = log.from(entry.index(), 1).get(0);
                assertThat(first.entry(entry.index())).isEqualTo(entry);
            }
        }
    }

    @Test
    @DisplayName("says what was deleted, so that nothing is acknowledged of it")
    void saysWhatWasDeleted() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        log.append(Setup.run(1, 1, "a", "b", "c"));

        long nothing = log.merge(List.of(Setup.run(1, 1, "a", "b")));
        long deleted = log.merge(List.of(Setup.run(2, 2, "x")));

        assertThat(nothing).isEqualTo(Long.MAX_VALUE);
        assertThat(deleted).isEqualTo(2);
    }

    @Test
    @DisplayName("is durable only as far as no entry was replaced since its write began")
    void isNotFooledByOldWrites() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        log.append(Setup.run(1, 1, "a", "b", "c"));
        log.takeUnwritten(1);
        log.merge(List.of(Setup.run(2, 2, "x", "y", "z")));
        log.takeUnwritten(2);

        log.persisted(1);
        long afterTheFirst = log.durableIndex();
        log.persisted(2);

        assertThat(afterTheFirst).isEqualTo(1);
        assertThat(log.durableIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("is less durable than it was when durable entries are replaced")
    void takesDurabilityBack() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        log.append(Setup.run(1, 1, "a", "b", "c"));
        log.takeUnwritten(1);
        log.persisted(1);

        log.merge(List.of(Setup.run(2, 2, "x", "y")));

        assertThat(log.durableIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("stops rather than replace what is committed")
    void keepsWhatIsCommitted() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        log.append(Setup.run(1, 1, "a", "b"));
        log.commitTo(2);

        assertThatThrownBy(() -> log.merge(List.of(Setup.run(2, 2, "x")))).isInstanceOf(SafetyViolation.class);
    }

    @Test
    @DisplayName("uses the latest membership in it, and goes back to the one before when that is deleted")
    void rollsAMembershipBack() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        byte[] five = Setup.cluster(5).server(1).core().membership().encode();
        log.append(Setup.run(1, 1, "a"));
        log.append(EntryRun.of(2, 1, EntryKind.MEMBERSHIP, List.of(five)));
        int before = log.membership().members().size();

        log.merge(List.of(Setup.run(2, 2, "x")));

        assertThat(before).isEqualTo(5);
        assertThat(log.membership().members()).hasSize(3);
        assertThat(log.membershipIndex()).isZero();
    }

    @Test
    @DisplayName("finds the membership again when it is opened")
    void remembersItsMembership() {
        TestDisk disk = new TestDisk(LogPosition.ZERO);
        byte[] four = Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L)).encode();
        disk.write(EntryRun.of(1, 1, EntryKind.MEMBERSHIP, List.of(four)));
        disk.write(Setup.run(2, 1, "a"));

        RaftLog log = new RaftLog(
                disk.stored(NodeId.of(1), Setup.cluster(3).server(1).core().membership()), 200);

        assertThat(log.membership().members()).hasSize(4);
        assertThat(log.membershipIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("hands out every committed entry once, in order")
    void handsOutOnce() {
        RaftLog log = emptyLog(LogPosition.ZERO);
        log.append(Setup.run(1, 1, "a", "b", "c"));
        log.append(Setup.run(4, 1, "d"));

        log.commitTo(2);
        List<EntryRun> first = log.takeCommitted();
        log.commitTo(4);
        List<EntryRun> second = log.takeCommitted();

        assertThat(first).containsExactly(Setup.run(1, 1, "a", "b", "c"));
        assertThat(second).containsExactly(Setup.run(1, 1, "a", "b", "c"), Setup.run(4, 1, "d"));
        assertThat(log.hasCommitted()).isFalse();
    }
}
