package io.balsa.raft.testkit.conformance;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store on the workbench, and the storage that has it now. For one thread. */
final class Bench implements AutoCloseable {

    static final NodeIdentity SELF = new NodeIdentity("orders", NodeId.of(1), 4711);
    static final Membership FOUNDING = Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(2, "b")));
    static final Membership LATER = Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(3, "c")));
    static final int UNLIMITED = Integer.MAX_VALUE;

    private final StorageUnderTest.Store store;
    private @Nullable Storage storage; // the one that is open

    private Bench(StorageUnderTest.Store store) {
        this.store = store;
    }

    /** Shows a new store to the check, open and empty, and closes it afterwards. */
    static void use(StorageUnderTest storage, StoragePromise.CheckOfOne check) throws Exception {
        try (Bench bench = new Bench(storage.newStore())) {
            bench.open();
            check.on(bench);
        }
    }

    StorageUnderTest.Store store() {
        return store;
    }

    /** The storage that is open. */
    Storage storage() {
        Storage open = storage;
        if (open == null) {
            throw new IllegalStateException("no storage is open");
        }
        return open;
    }

    /** Opens the store with a storage of its own. */
    StoredState open() {
        Storage next = store.storage();
        StoredState state = next.open(SELF, FOUNDING);
        storage = next;
        return state;
    }

    /** Closes the storage in good order. */
    void closeStorage() {
        Storage open = storage;
        storage = null;
        if (open != null) {
            open.close();
        }
    }

    /** Closes the storage and opens the store anew. */
    StoredState reopen() {
        closeStorage();
        return open();
    }

    /** Lets the machine crash, without opening the store again. */
    void crash(long seed) {
        storage = null;
        store.crash(seed);
    }

    /** Lets the machine crash, and opens the store again. */
    StoredState crashAndOpen(long seed) {
        crash(seed);
        return open();
    }

    /** Appends these runs and syncs. */
    void append(EntryRun... runs) {
        for (EntryRun run : runs) {
            storage().append(run);
        }
        storage().sync();
    }

    /** Entries 1 to 6, of the terms 1, 1, 1, 2, 2, 2, each a run of its own, synced. */
    void appendSix() {
        for (int index = 1; index <= 6; index++) {
            storage().append(Values.run(index, index <= 3 ? 1 : 2, "e" + index));
        }
        storage().sync();
    }

    /** All entries from this index to the end of the log, however many reads it takes. */
    List<LogEntry> entriesFrom(long from) {
        List<LogEntry> entries = new ArrayList<>();
        long next = from;
        boolean more = true;
        while (more) {
            List<EntryRun> runs = storage().read(next, Long.MAX_VALUE, UNLIMITED);
            for (EntryRun run : runs) {
                Expect.equal(run.firstIndex(), next, "the first index of a run that was read");
                entries.addAll(run.entries());
                next = run.lastIndex() + 1;
            }
            more = !runs.isEmpty();
        }
        return entries;
    }

    /** All entries that this state says there are. */
    List<LogEntry> entriesOf(StoredState state) {
        List<LogEntry> entries = entriesFrom(state.base().index() + 1);
        long end = state.base().index() + entries.size();
        Expect.equal(end, state.last().index(), "the index of the last entry that can be read");
        return entries;
    }

    /** Takes a snapshot of our own state. */
    SnapshotInfo take(LogPosition last, String contents) {
        try (SnapshotSink sink = storage().beginSnapshot(last, Values.membershipIndex(last), LATER)) {
            sink.write(Values.bytes(contents));
            return sink.commit();
        }
    }

    /** Receives a snapshot whole. */
    SnapshotInfo receive(LogPosition last, String contents) {
        SnapshotInfo announced = Values.announced(last, contents);
        try (SnapshotSink sink = storage().receiveSnapshot(announced)) {
            sink.write(Values.bytes(contents).position((int) sink.position()));
            return sink.commit();
        }
    }

    /** Receives a snapshot and installs it; durable afterwards. */
    void install(LogPosition last, String contents) {
        storage().installSnapshot(receive(last, contents));
        storage().sync();
    }

    /** Whether there is such a snapshot. */
    boolean hasSnapshot(LogPosition last) {
        try (SnapshotSource source = storage().openSnapshot(last).orElse(null)) {
            return source != null;
        }
    }

    /** What is in the snapshot that ends there. */
    String contentsOf(LogPosition last) {
        try (SnapshotSource source = storage().openSnapshot(last).orElse(null)) {
            if (source == null) {
                throw Expect.seen("There is no snapshot of " + last + ".");
            }
            Expect.equal(source.info().last(), last, "the position that the opened snapshot says it ends at");
            return contentsOf(source);
        }
    }

    /** Reads it piece by piece. */
    static String contentsOf(SnapshotSource source) {
        ByteBuffer contents = ByteBuffer.allocate((int) source.info().sizeBytes() + 1);
        int read = source.read(0, contents);
        while (read > 0) {
            read = source.read(contents.position(), contents);
        }
        return Values.text(contents.flip());
    }

    @Override
    public void close() throws IOException {
        try (store) {
            Storage open = storage;
            storage = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
