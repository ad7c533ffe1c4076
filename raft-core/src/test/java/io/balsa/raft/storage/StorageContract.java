package io.balsa.raft.storage;

import static io.balsa.raft.storage.EntryRunTest.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every {@link Storage} promises. A test of a storage extends this class, and says how to come by one. */
abstract class StorageContract {

    static final NodeIdentity SELF = new NodeIdentity("orders", NodeId.of(1), 4711);
    static final Membership FOUNDING = Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(2, "b")));
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private Storage storage;

    /**
     * A storage that is not open yet, on the store of this test: the first is empty, each later one holds what the one
     * before, now closed, has left.
     */
    protected abstract Storage storage();

    @BeforeEach
    void openAnEmptyStore() {
        storage = storage();
        storage.open(SELF, FOUNDING);
    }

    @AfterEach
    void closeTheStore() {
        storage.close();
    }

    /** Closes the store, and tells what is found when it is opened again. */
    private StoredState reopened() {
        storage.close();
        storage = storage();
        return storage.open(SELF, FOUNDING);
    }

    private void append(EntryRun... runs) {
        for (EntryRun run : runs) {
            storage.append(run);
        }
        storage.sync();
    }

    private List<String> readAll(long from, long to) {
        return storage.read(from, to, UNLIMITED).stream()
                .flatMap(run -> run.entries().stream())
                .map(entry -> entry.position() + " " + new String(entry.data(), UTF_8))
                .toList();
    }

    @Test
    @DisplayName("a store that was just made is empty and belongs to whoever opened it first")
    void isEmptyAtFirst() {
        assertThat(reopened()).isEqualTo(StoredState.empty(SELF, FOUNDING));
    }

    @Test
    @DisplayName("a store keeps the id and the founding membership that it was made with")
    void keepsWhatItWasMadeWith() {
        storage.close();
        storage = storage();

        StoredState state = storage.open(
                new NodeIdentity("orders", NodeId.of(1), 42), Membership.ofVoters(List.of(Member.of(9, "z"))));

        assertThat(state).isEqualTo(StoredState.empty(SELF, FOUNDING));
    }

    @ParameterizedTest(name = "{0}/n{1}")
    @DisplayName("a store is refused to another cluster or node, and named to whom it belongs")
    @CsvSource({"invoices, 1", "orders, 2"})
    void belongsToOneServer(String cluster, long node) {
        storage.close();
        NodeIdentity stranger = new NodeIdentity(cluster, NodeId.of(node), 4711);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage().open(stranger, FOUNDING))
                .withMessageContainingAll("orders", "n1", cluster, "n" + node);
    }

    @Test
    @DisplayName("a store still opens for its owner after it was refused to a stranger")
    void isUnchangedByAStranger() {
        append(run(1, 1, "x"));
        storage.close();
        NodeIdentity stranger = new NodeIdentity("invoices", NodeId.of(2), 1);
        assertThatThrownBy(() -> storage().open(stranger, FOUNDING)).isInstanceOf(StorageException.class);

        assertThat(reopened().last()).isEqualTo(new LogPosition(1, 1));
    }

    @Test
    @DisplayName("close may be called twice")
    void closesTwice() {
        storage.close();

        storage.close();

        assertThat(reopened().last()).isEqualTo(LogPosition.ZERO);
    }

    @Test
    @DisplayName("term and vote are found again")
    void keepsTheHardState() {
        HardState voted = new HardState(7, Optional.of(NodeId.of(2)));
        storage.writeHardState(new HardState(6, Optional.of(NodeId.of(1))));
        storage.writeHardState(voted);
        storage.sync();

        assertThat(reopened().hardState()).isEqualTo(voted);
    }

    @Test
    @DisplayName("a vote is gone when a later term has none")
    void forgetsTheVoteOfAnEarlierTerm() {
        storage.writeHardState(new HardState(7, Optional.of(NodeId.of(2))));
        storage.writeHardState(new HardState(8, Optional.empty()));
        storage.sync();

        assertThat(reopened().hardState()).isEqualTo(new HardState(8, Optional.empty()));
    }

    @Test
    @DisplayName("entries are found again, as they were appended")
    void keepsEntries() {
        append(run(1, 1, "a", ""), run(3, 2, "c"));

        StoredState state = reopened();

        assertThat(state.base()).isEqualTo(LogPosition.ZERO);
        assertThat(state.last()).isEqualTo(new LogPosition(3, 2));
        assertThat(readAll(1, 3)).containsExactly("1/1 a", "2/1 ", "3/2 c");
    }

    @Test
    @DisplayName("the first entry of each term is told, terms without entries are not")
    void tellsWhereTermsStart() {
        append(run(1, 1, "a"), run(2, 1, "b", "c"), run(4, 3, "d"), run(5, 7, "e"));

        assertThat(reopened().termStarts())
                .containsExactly(new LogPosition(1, 1), new LogPosition(4, 3), new LogPosition(5, 7));
    }

    @Test
    @DisplayName("a term that lost all its entries is not told")
    void forgetsTermsThatWereDropped() {
        append(run(1, 1, "a"), run(2, 2, "b"), run(3, 3, "c"), run(2, 4, "d"));

        assertThat(reopened().termStarts()).containsExactly(new LogPosition(1, 1), new LogPosition(2, 4));
    }

    @Test
    @DisplayName("the memberships in the log are told, in their order")
    void tellsMemberships() {
        LogEntry first = membershipAt(2);
        LogEntry second = membershipAt(4);
        append(run(1, 1, "a"), EntryRun.of(first), run(3, 1, "b"), EntryRun.of(second));

        assertThat(reopened().memberships()).containsExactly(first, second);
    }

    @Test
    @DisplayName("a membership that was dropped is not told")
    void forgetsMembershipsThatWereDropped() {
        LogEntry kept = membershipAt(1);
        append(EntryRun.of(kept), EntryRun.of(membershipAt(2)), run(2, 2, "x"));

        assertThat(reopened().memberships()).containsExactly(kept);
    }

    @Test
    @DisplayName("appending at an index drops the entry there and all after it")
    void dropsAConflictingTail() {
        append(run(1, 1, "a"), run(2, 1, "b"), run(3, 1, "c"), run(4, 1, "d"));

        append(run(3, 2, "C"));

        assertThat(readAll(1, 9)).containsExactly("1/1 a", "2/1 b", "3/2 C");
    }

    @Test
    @DisplayName("appending in the middle of a run keeps the entries of the run before")
    void dropsTheTailOfARun() {
        append(run(1, 1, "a", "b", "c", "d"));

        append(run(3, 2, "C"));

        assertThat(readAll(1, 9)).containsExactly("1/1 a", "2/1 b", "3/2 C");
    }

    @Test
    @DisplayName("appending at the first index drops everything")
    void dropsEverything() {
        append(run(1, 1, "a", "b"), run(3, 1, "c"));

        append(run(1, 2, "A"));

        assertThat(readAll(1, 9)).containsExactly("1/2 A");
    }

    @Test
    @DisplayName("entries that were dropped do not come back, neither at once nor later")
    void doesNotBringDroppedEntriesBack() {
        append(run(1, 1, "a", "b", "c", "d"));
        append(run(2, 2, "B"));

        StoredState state = reopened();
        append(run(3, 2, "C"));

        assertThat(state.last()).isEqualTo(new LogPosition(2, 2));
        assertThat(readAll(1, 9)).containsExactly("1/1 a", "2/2 B", "3/2 C");
    }

    @Test
    @DisplayName("a run that would leave a gap is refused, and changes nothing")
    void refusesAGap() {
        append(run(1, 1, "a"));

        assertThatThrownBy(() -> storage.append(run(3, 1, "c"))).isInstanceOf(RuntimeException.class);

        assertThat(reopened().last()).isEqualTo(new LogPosition(1, 1));
    }

    @Test
    @DisplayName("entries can be read before they are synced")
    void readsWhatIsNotSynced() {
        storage.append(run(1, 1, "a"));

        assertThat(readAll(1, 1)).containsExactly("1/1 a");
    }

    @ParameterizedTest(name = "{0}..{1}")
    @DisplayName("no entry is read but those asked for")
    @CsvSource({"1, 1", "1, 3", "2, 2", "2, 5", "3, 6", "6, 6", "1, 6"})
    void readsARange(int from, int to) {
        append(run(1, 1, "e1", "e2", "e3"), run(4, 1, "e4"), run(5, 1, "e5", "e6"));

        List<String> expected = IntStream.rangeClosed(from, to)
                .mapToObj(index -> index + "/1 e" + index)
                .toList();
        assertThat(readAll(from, to)).isEqualTo(expected);
    }

    @Test
    @DisplayName("fewer entries are read if the log has no more")
    void readsNoFurtherThanTheLogGoes() {
        append(run(1, 1, "a", "b"));

        assertThat(readAll(2, Long.MAX_VALUE)).containsExactly("2/1 b");
    }

    @Test
    @DisplayName("reading ends when it has so many bytes")
    void readsNoMoreThanAskedFor() {
        EntryRun third = run(3, 1, "c");
        append(run(1, 1, "a"), run(2, 1, "b"), third, run(4, 1, "d"));

        assertThat(storage.read(1, 4, 3 * third.sizeBytes())).last().isEqualTo(third);
    }

    @Test
    @DisplayName("at least one entry is read, however many bytes it has")
    void readsAtLeastOne() {
        append(run(1, 1, "a", "b", "c"));

        assertThat(readAllWithin(2, 3, 1)).startsWith(2L);
    }

    private List<Long> readAllWithin(long from, long to, int maxBytes) {
        return storage.read(from, to, maxBytes).stream()
                .flatMap(run -> run.entries().stream())
                .map(LogEntry::index)
                .toList();
    }

    @Test
    @DisplayName("nothing is read past the end of the log, which may have moved since somebody asked")
    void readsNothingPastTheEnd() {
        append(run(1, 1, "a"));

        assertThat(storage.read(2, 2, UNLIMITED)).isEmpty();
    }

    @Test
    @DisplayName("entries are read whole while another thread appends and drops")
    void readsWhileItIsWritten() {
        append(run(1, 1, "a1", "b1", "c1", "d1"));
        CompletableFuture<List<EntryRun>> reader = CompletableFuture.supplyAsync(() -> {
            List<EntryRun> read = new ArrayList<>();
            while (read.size() < 2000) {
                read.addAll(storage.read(1, 4, UNLIMITED));
            }
            return read;
        });

        long term = 1;
        while (!reader.isDone()) {
            term++;
            storage.append(run(1, term, "a" + term, "b" + term, "c" + term, "d" + term));
            storage.append(run(3, term, "C" + term, "D" + term));
        }

        assertThat(reader.join()).allSatisfy(StorageContract::isWhole);
    }

    private static void isWhole(EntryRun run) {
        for (LogEntry entry : run.entries()) {
            assertThat(new String(entry.data(), UTF_8)).endsWith(Long.toString(run.term()));
        }
    }

    private static LogEntry membershipAt(long index) {
        Membership membership = Membership.ofVoters(List.of(Member.of(index, "a")));
        return new LogEntry(new LogPosition(index, 1), EntryKind.MEMBERSHIP, membership.encode());
    }
}
