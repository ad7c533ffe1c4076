package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Bench.FOUNDING;
import static io.balsa.raft.testkit.conformance.Bench.LATER;
import static io.balsa.raft.testkit.conformance.Bench.SELF;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.run;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whose store it is, and who may have it. */
final class OpeningPromises {

    private static final NodeIdentity OTHER_CLUSTER = new NodeIdentity("invoices", SELF.node(), SELF.storeId());
    private static final NodeIdentity OTHER_NODE = new NodeIdentity(SELF.cluster(), NodeId.of(82), SELF.storeId());

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "new-store-is-empty",
                    "A store that was just made is empty, and belongs to the identity that opened it first.",
                    OpeningPromises::newStoreIsEmpty),
            StoragePromise.of(
                    "store-id-is-kept",
                    "A store keeps the id that it was made with; the id of a later opener is ignored.",
                    OpeningPromises::storeIdIsKept),
            StoragePromise.of(
                    "founding-membership-is-kept",
                    "A store keeps the founding membership that it was made with; that of a later opener is ignored.",
                    OpeningPromises::foundingMembershipIsKept),
            StoragePromise.of(
                    "strangers-are-refused",
                    "A store is refused to another cluster and to another node, with a StorageException that names whose"
                            + " it is.",
                    OpeningPromises::strangersAreRefused),
            StoragePromise.of(
                    "refused-opening-changes-nothing",
                    "When a stranger was refused, nothing has been changed, and the owner can still open the store.",
                    OpeningPromises::refusedOpeningChangesNothing),
            StoragePromise.of(
                    "one-owner-at-a-time",
                    "A store that is open is refused to everybody else, and whoever has it goes on undisturbed.",
                    OpeningPromises::oneOwnerAtATime),
            StoragePromise.of(
                    "close-gives-the-store-back",
                    "Once it is closed, the store can be opened again; closing twice is as good as once.",
                    OpeningPromises::closeGivesTheStoreBack),
            StoragePromise.of(
                    "closed-storage-does-nothing",
                    "A storage that is not open, not yet or no longer, throws whatever it is asked.",
                    OpeningPromises::closedStorageDoesNothing));

    private OpeningPromises() {}

    private static void newStoreIsEmpty(Bench bench) {
        bench.closeStorage();

        Expect.equal(bench.open(), StoredState.empty(SELF, FOUNDING), "what a store tells that was only made");
        Expect.equal(bench.entriesFrom(1), List.of(), "the entries of a store that was only made");
    }

    private static void storeIdIsKept(Bench bench) {
        StoredState state = openedBy(bench, new NodeIdentity(SELF.cluster(), SELF.node(), SELF.storeId() + 1));

        Expect.equal(state.identity(), SELF, "the identity of the store");
    }

    private static void foundingMembershipIsKept(Bench bench) {
        bench.closeStorage();
        try (Storage later = bench.store().storage()) {
            StoredState state = later.open(SELF, LATER);

            Expect.equal(state.founding(), FOUNDING, "the founding membership");
        }
    }

    private static StoredState openedBy(Bench bench, NodeIdentity identity) {
        bench.closeStorage();
        try (Storage later = bench.store().storage()) {
            return later.open(identity, FOUNDING);
        }
    }

    private static void strangersAreRefused(Bench bench) {
        bench.closeStorage();
        for (NodeIdentity stranger : List.of(OTHER_CLUSTER, OTHER_NODE)) {
            Storage storage = bench.store().storage();
            StorageException refusal = Expect.refusal(
                    StorageException.class, "Opening by " + stranger, () -> storage.open(stranger, FOUNDING));

            String sentence = String.valueOf(refusal.getMessage());
            boolean isOfOtherNode = stranger.equals(OTHER_NODE);
            String owner = isOfOtherNode ? String.valueOf(SELF.node().value()) : SELF.cluster();
            Expect.that(
                    sentence.contains(owner),
                    "The refusal of " + stranger + " does not say that the store is of "
                            + (isOfOtherNode ? "node " : "cluster ") + owner + ": " + sentence);
        }
    }

    private static void refusedOpeningChangesNothing(Bench bench) {
        bench.append(run(1, 1, "x"));
        StoredState before = bench.reopen();
        bench.closeStorage();
        for (NodeIdentity stranger : List.of(OTHER_CLUSTER, OTHER_NODE)) {
            Storage storage = bench.store().storage();
            Expect.refusal(StorageException.class, "Opening by " + stranger, () -> storage.open(stranger, LATER));
        }

        Expect.equal(bench.open(), before, "what the owner finds");
        Expect.equal(bench.entriesFrom(1), Values.entries(run(1, 1, "x")), "the entries that the owner finds");
    }

    private static void oneOwnerAtATime(Bench bench) {
        bench.append(run(1, 1, "x"));
        Storage second = bench.store().storage();
        Expect.refusal(StorageException.class, "Opening a store that is open", () -> second.open(SELF, FOUNDING));

        bench.append(run(2, 1, "y"));
        Expect.equal(bench.entriesFrom(1), Values.entries(run(1, 1, "x", "y")), "the entries that the owner reads");
        Expect.equal(bench.reopen().last(), at(2, 1), "the last entry that the owner finds");
    }

    private static void closeGivesTheStoreBack(Bench bench) {
        Storage first = bench.storage();
        bench.append(run(1, 1, "x"));
        bench.closeStorage();
        first.close();
        Expect.equal(bench.open().last(), at(1, 1), "the last entry after the store was closed twice");
        if (first != bench.storage()) {
            first.close();
            bench.append(run(2, 1, "y"));
        }
        for (int i = 0; i < 20; i++) {
            bench.reopen();
        }
        Expect.that(!bench.entriesFrom(1).isEmpty(), "The entries are gone after many restarts.");
    }

    private static void closedStorageDoesNothing(Bench bench) {
        bench.appendSix();
        bench.take(at(2, 1), "state");
        Storage closed = bench.storage();
        bench.closeStorage();
        calls(closed)
                .forEach((name, call) ->
                        Expect.refusal(RuntimeException.class, name + " of a storage that is closed", call));
        Expect.equal(bench.open().last(), at(6, 2), "the last entry, after calls of a closed storage");
        bench.closeStorage();

        Storage unopened = bench.store().storage();
        calls(unopened)
                .forEach((name, call) ->
                        Expect.refusal(RuntimeException.class, name + " of a storage that was not opened", call));
        unopened.close();
    }

    private static Map<String, Runnable> calls(Storage storage) {
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("writeHardState", () -> storage.writeHardState(Values.voted(9, 1)));
        calls.put("append", () -> storage.append(run(7, 2, "late")));
        calls.put("sync", storage::sync);
        calls.put("read", () -> storage.read(1, 1, Bench.UNLIMITED));
        calls.put(
                "beginSnapshot", () -> storage.beginSnapshot(at(3, 1), 2, LATER).close());
        calls.put(
                "receiveSnapshot",
                () -> storage.receiveSnapshot(Values.announced(at(9, 2), "x")).close());
        calls.put("openSnapshot", () -> storage.openSnapshot(at(2, 1)));
        calls.put("installSnapshot", () -> storage.installSnapshot(Values.announced(at(2, 1), "state")));
        calls.put("compact", () -> storage.compact(1));
        return calls;
    }
}
