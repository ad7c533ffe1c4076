package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.announced;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.bytes;

import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import java.util.List;
import java.util.Optional;

/** Snapshots that are received from another server. */
final class TransferPromises {

    private static final LogPosition LAST = at(9, 2);
    private static final String CONTENTS = Values.longText();
    private static final int PART = 250_000;

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "received-snapshots-are-kept",
                    "A snapshot that was received whole and committed is found again, as it was announced.",
                    TransferPromises::receivedSnapshotsAreKept),
            StoragePromise.of(
                    "transfers-go-on",
                    "A transfer that was interrupted goes on where it stopped, or a little before, and ends with what was"
                            + " announced.",
                    bench -> transfersGoOn(bench, false)),
            StoragePromise.of(
                    "transfers-survive-restarts",
                    "A transfer also goes on after the store was closed and opened.",
                    bench -> transfersGoOn(bench, true)),
            StoragePromise.of(
                    "transfers-are-not-mixed",
                    "A transfer of another snapshot begins at its beginning, even of one of the same position, and what"
                            + " there was of the first is deleted.",
                    TransferPromises::transfersAreNotMixed),
            StoragePromise.of(
                    "unfinished-transfers-are-invisible",
                    "A snapshot that was received in part, or not committed, is not there, also after a restart.",
                    TransferPromises::unfinishedTransfersAreInvisible),
            StoragePromise.of(
                    "damaged-transfers-are-refused",
                    "What is shorter, longer or other than was announced is refused with a DamagedSnapshotException, and"
                            + " gone: the next transfer begins at the beginning.",
                    TransferPromises::damagedTransfersAreRefused));

    private TransferPromises() {}

    private static void receivedSnapshotsAreKept(Bench bench) {
        for (String contents : List.of(CONTENTS, "", "short")) {
            SnapshotInfo received = bench.receive(LAST, contents);
            Expect.equal(received, announced(LAST, contents), "what a commit returns");
            Expect.that(bench.contentsOf(LAST).equals(contents), "The snapshot has other bytes than were received.");

            Expect.equal(bench.reopen().snapshot(), Optional.of(received), "the snapshot after a restart");
            Expect.that(bench.contentsOf(LAST).equals(contents), "The bytes have changed in a restart.");
        }
    }

    private static void receivePart(Bench bench) {
        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS))) {
            sink.write(bytes(CONTENTS.substring(0, PART)));
        }
    }

    private static void transfersGoOn(Bench bench, boolean restart) {
        receivePart(bench);
        if (restart) {
            bench.reopen();
        }

        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS))) {
            Expect.that(
                    sink.position() > PART / 2 && sink.position() <= PART,
                    "A transfer that stopped at " + PART + " goes on at " + sink.position() + ".");
            sink.write(bytes(CONTENTS.substring((int) sink.position())));
            Expect.equal(sink.commit(), announced(LAST, CONTENTS), "what the commit returns");
        }
        Expect.that(bench.contentsOf(LAST).equals(CONTENTS), "The snapshot has other bytes than were received.");
    }

    private static void transfersAreNotMixed(Bench bench) {
        receivePart(bench);
        String other = CONTENTS.replace("line", "LINE");
        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(LAST, other))) {
            Expect.equal(sink.position(), 0L, "where a transfer of other bytes begins");
        }
        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS))) {
            Expect.equal(sink.position(), 0L, "where the first transfer begins, after another");
        }
        receivePart(bench);
        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(at(10, 2), CONTENTS))) {
            Expect.equal(sink.position(), 0L, "where a transfer of another position begins");
        }
        Expect.equal(bench.receive(LAST, other), announced(LAST, other), "what is received in the end");
    }

    private static void unfinishedTransfersAreInvisible(Bench bench) {
        receivePart(bench);
        Expect.that(!bench.hasSnapshot(LAST), "A snapshot can be opened that was received in part.");
        try (SnapshotSink sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS))) {
            sink.write(bytes(CONTENTS.substring((int) sink.position())));
            Expect.that(!bench.hasSnapshot(LAST), "A snapshot can be opened that is not committed.");
        }
        Expect.that(!bench.hasSnapshot(LAST), "A snapshot can be opened that was not committed.");
        Expect.equal(bench.reopen().snapshot(), Optional.empty(), "the snapshot when none was committed");
        Expect.equal(bench.reopen().base(), LogPosition.ZERO, "the position before the first entry");
    }

    private static void damagedTransfersAreRefused(Bench bench) {
        SnapshotInfo announced = announced(LAST, "announced");
        for (String came : List.of("short", "otherwise", "much too long for it", "")) {
            try (SnapshotSink sink = bench.storage().receiveSnapshot(announced)) {
                Expect.refusal(
                        DamagedSnapshotException.class, "'" + came + "', where 'announced' was announced,", () -> {
                            sink.write(bytes(came));
                            sink.commit();
                        });
            }
            Expect.that(!bench.hasSnapshot(LAST), "A snapshot can be opened that was refused.");
            try (SnapshotSink sink = bench.storage().receiveSnapshot(announced)) {
                Expect.equal(sink.position(), 0L, "where the transfer begins after '" + came + "' was refused");
            }
        }
        Expect.equal(bench.receive(LAST, "announced"), announced, "what is received in the end");
    }
}
