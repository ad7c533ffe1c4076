package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Bench.LATER;
import static io.balsa.raft.testkit.conformance.Values.announced;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.bytes;

import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StoredState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Snapshots of this server's own state machine. */
final class SnapshotPromises {

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "snapshots-are-kept",
                    "A snapshot that was committed is found again, byte by byte, with its position, membership, size and"
                            + " checksum; also one of no bytes, and a large one.",
                    SnapshotPromises::snapshotsAreKept),
            StoragePromise.of(
                    "snapshots-leave-the-log-alone",
                    "Taking a snapshot drops no entry: that is for compaction.",
                    SnapshotPromises::snapshotsLeaveTheLogAlone),
            StoragePromise.of(
                    "newest-snapshot-is-told",
                    "Of several snapshots the newest is told, and can be opened; of two of the same position, the later"
                            + " one.",
                    SnapshotPromises::newestSnapshotIsTold),
            StoragePromise.of(
                    "snapshots-are-read-from-anywhere",
                    "A snapshot is read from any position on, as many bytes as fit, fewer only at its end, and 0 there.",
                    SnapshotPromises::snapshotsAreReadFromAnywhere),
            StoragePromise.of(
                    "missing-snapshots-are-not-opened",
                    "Opening a snapshot that is not there returns nothing, also one of the same index and another term.",
                    SnapshotPromises::missingSnapshotsAreNotOpened),
            StoragePromise.of(
                    "unfinished-snapshots-are-invisible",
                    "A snapshot that was not committed is not there, neither while it is written nor after, and leaves"
                            + " room for the next.",
                    SnapshotPromises::unfinishedSnapshotsAreInvisible),
            StoragePromise.of(
                    "sinks-know-their-position",
                    "The position of a sink is the number of its bytes.",
                    SnapshotPromises::sinksKnowTheirPosition),
            StoragePromise.of(
                    "one-sink-at-a-time",
                    "While a sink is open, beginning or receiving another is refused with an IllegalStateException, and"
                            + " the one that is open goes on.",
                    SnapshotPromises::oneSinkAtATime),
            StoragePromise.of(
                    "commit-ends-a-sink",
                    "After its commit a sink takes nothing any more, and closing it, once or twice, does nothing.",
                    SnapshotPromises::commitEndsASink),
            StoragePromise.of(
                    "snapshots-stay-while-they-are-read",
                    "A snapshot that is open for reading stays readable while others are taken and it is deleted.",
                    SnapshotPromises::snapshotsStayWhileTheyAreRead));

    private SnapshotPromises() {}

    private static void snapshotsAreKept(Bench bench) {
        bench.appendSix();
        for (String contents : List.of("state", "", Values.longText())) {
            SnapshotInfo taken = bench.take(at(4, 2), contents);
            Expect.equal(taken, announced(at(4, 2), contents), "what a commit returns");
            Expect.that(bench.contentsOf(at(4, 2)).equals(contents), "The snapshot has other bytes than were written.");

            Expect.equal(bench.reopen().snapshot(), Optional.of(taken), "the snapshot after a restart");
            Expect.that(bench.contentsOf(at(4, 2)).equals(contents), "The bytes have changed in a restart.");
        }
    }

    private static void snapshotsLeaveTheLogAlone(Bench bench) {
        bench.appendSix();
        var before = bench.entriesFrom(1);
        bench.take(at(4, 2), "state");

        StoredState state = bench.reopen();

        Expect.equal(state.base(), LogPosition.ZERO, "the position before the first entry");
        Expect.equal(bench.entriesOf(state), before, "the entries");
    }

    private static void newestSnapshotIsTold(Bench bench) {
        bench.appendSix();
        bench.take(at(2, 1), "two");
        bench.take(at(5, 2), "five");
        Expect.equal(bench.reopen().snapshot(), Optional.of(announced(at(5, 2), "five")), "the snapshot");

        SnapshotInfo again = bench.take(at(5, 2), "five, once more");
        Expect.equal(bench.contentsOf(at(5, 2)), "five, once more", "the contents of the later snapshot");
        Expect.equal(bench.reopen().snapshot(), Optional.of(again), "the later one of the same position");
        Expect.equal(bench.contentsOf(at(5, 2)), "five, once more", "its contents after a restart");

        SnapshotInfo newest = bench.take(at(6, 2), "six");
        Expect.equal(bench.reopen().snapshot(), Optional.of(newest), "the newest snapshot");
    }

    private static void snapshotsAreReadFromAnywhere(Bench bench) {
        bench.appendSix();
        String contents = Values.longText();
        bench.take(at(4, 2), contents);
        try (SnapshotSource source = bench.storage().openSnapshot(at(4, 2)).orElseThrow()) {
            for (int from : List.of(0, 1, 511, 512, 65_535, 65_536, 100_000, contents.length() - 7)) {
                for (int room : List.of(1, 7, 4096, 150_000)) {
                    ByteBuffer into = ByteBuffer.allocate(room);
                    int length = Math.min(room, contents.length() - from);
                    String what = room + " bytes from " + from + " on";
                    Expect.equal(source.read(from, into), length, "how many are read, of " + what);
                    Expect.that(
                            Values.text(into.flip()).equals(contents.substring(from, from + length)),
                            "Other bytes are read than were written: " + what);
                }
            }
            ByteBuffer into = ByteBuffer.allocate(10);
            Expect.equal(source.read(contents.length(), into), 0, "how many bytes are read at the end");
            Expect.equal(source.read(contents.length() + 1000L, into), 0, "how many bytes are read behind the end");
        }
    }

    private static void missingSnapshotsAreNotOpened(Bench bench) {
        bench.appendSix();
        Expect.that(!bench.hasSnapshot(at(4, 2)), "A snapshot is opened that was never taken.");
        bench.take(at(4, 2), "state");
        Expect.that(!bench.hasSnapshot(at(5, 2)), "A snapshot of 5/2 is opened where there is one of 4/2.");
        Expect.that(!bench.hasSnapshot(at(4, 1)), "A snapshot of 4/1 is opened where there is one of 4/2.");
    }

    private static void unfinishedSnapshotsAreInvisible(Bench bench) {
        bench.appendSix();
        SnapshotSink sink = bench.storage().beginSnapshot(at(4, 2), 2, LATER);
        sink.write(bytes(Values.longText()));
        Expect.that(!bench.hasSnapshot(at(4, 2)), "A snapshot can be opened that is still being written.");
        sink.close();
        Expect.that(!bench.hasSnapshot(at(4, 2)), "A snapshot can be opened that was given up.");
        Expect.equal(bench.reopen().snapshot(), Optional.empty(), "the snapshot when one was given up");
        Expect.that(!bench.hasSnapshot(at(4, 2)), "A snapshot can be opened that was given up before the restart.");

        bench.take(at(4, 2), "whole");
        Expect.equal(bench.contentsOf(at(4, 2)), "whole", "the contents of the next one");
    }

    private static void sinksKnowTheirPosition(Bench bench) {
        bench.appendSix();
        try (SnapshotSink sink = bench.storage().beginSnapshot(at(4, 2), 2, LATER)) {
            Expect.equal(sink.position(), 0L, "the position at first");
            sink.write(bytes("1234"));
            Expect.equal(sink.position(), 4L, "the position after 4 bytes");
            sink.write(bytes(""));
            sink.write(bytes("56"));
            Expect.equal(sink.position(), 6L, "the position after 2 more");
            sink.commit();
        }
        Expect.equal(bench.contentsOf(at(4, 2)), "123456", "the contents");
    }

    private static void oneSinkAtATime(Bench bench) {
        bench.appendSix();
        try (SnapshotSink first = bench.storage().beginSnapshot(at(4, 2), 2, LATER)) {
            Expect.refusal(
                    IllegalStateException.class,
                    "A second snapshot",
                    () -> bench.storage().beginSnapshot(at(5, 2), 2, LATER));
            Expect.refusal(
                    IllegalStateException.class,
                    "A transfer beside a snapshot",
                    () -> bench.storage().receiveSnapshot(announced(at(9, 2), "x")));
            first.write(bytes("first"));
            first.commit();
        }
        Expect.equal(bench.contentsOf(at(4, 2)), "first", "the contents of the one that was open");
    }

    private static void commitEndsASink(Bench bench) {
        bench.appendSix();
        SnapshotSink sink = bench.storage().beginSnapshot(at(4, 2), 2, LATER);
        sink.write(bytes("state"));
        SnapshotInfo taken = sink.commit();

        Expect.refusal(RuntimeException.class, "Writing after the commit", () -> sink.write(bytes("more")));
        Expect.refusal(RuntimeException.class, "A second commit", sink::commit);
        sink.close();
        sink.close();
        Expect.equal(bench.contentsOf(at(4, 2)), "state", "the contents after the sink was closed");
        bench.take(at(5, 2), "next");
        sink.close();
        Expect.equal(bench.contentsOf(at(5, 2)), "next", "the contents of the next one");
        Expect.equal(taken.sizeBytes(), 5L, "the size of the snapshot");
    }

    private static void snapshotsStayWhileTheyAreRead(Bench bench) {
        bench.appendSix();
        String contents = Values.longText();
        bench.take(at(1, 1), contents);
        try (SnapshotSource oldest = bench.storage().openSnapshot(at(1, 1)).orElseThrow()) {
            oldest.read(0, ByteBuffer.allocate(10));
            for (int index = 2; index <= 6; index++) {
                bench.take(at(index, index <= 3 ? 1 : 2), "state " + index);
                bench.storage().compact(index);
            }
            bench.storage().sync();
            Expect.that(Bench.contentsOf(oldest).equals(contents), "The bytes have changed while they were read.");
            Expect.equal(oldest.info(), announced(at(1, 1), contents), "what the snapshot says it is");
        }
    }
}
