package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Bench.LATER;
import static io.balsa.raft.testkit.conformance.Values.announced;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.bytes;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;

import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is found of snapshots after the machine went down, and of the log for which they stand. */
final class SnapshotCrashPromises {

    static final List<StoragePromise> ALL = List.of(
            promise(
                    "committed-snapshots-survive",
                    "A snapshot whose commit returned is found after any crash, unless a later one is.",
                    () -> new Taking(true)),
            promise(
                    "snapshots-are-whole-or-not-there",
                    "A snapshot whose commit did not return is found whole after a crash, byte by byte, or not at all.",
                    () -> new Taking(false)),
            promise(
                    "transfers-survive-crashes",
                    "After a crash a transfer goes on or begins anew, and ends with what was announced.",
                    Receiving::new),
            promise(
                    "installing-is-all-or-nothing",
                    "After a crash while a snapshot is installed either the old log is found or the snapshot in its place,"
                            + " and no later entry without it.",
                    () -> new Installing(false)),
            promise(
                    "synced-installing-survives",
                    "A snapshot that was installed before a sync that returned stands for the log after any crash.",
                    () -> new Installing(true)),
            promise(
                    "compaction-survives-crashes",
                    "After a crash while the log is compacted all entries after the index are found, and the snapshot that"
                            + " stands for those before.",
                    Compacting::new));

    private SnapshotCrashPromises() {}

    private static StoragePromise promise(String name, String sentence, Supplier<Plot> plots) {
        return StoragePromise.ofMany(name, sentence, storage -> Crashes.everywhere(storage, plots), Ability.CRASH);
    }

    /** Takes one snapshot, and then another. */
    private static final class Taking implements Plot {

        private static final String FIRST = "first";
        private static final String SECOND = Values.longText();

        private final boolean onlyCommitted;
        private @Nullable SnapshotSink sink;
        private int committed;

        Taking(boolean onlyCommitted) {
            this.onlyCommitted = onlyCommitted;
        }

        @Override
        public void prepare(Bench bench) {
            bench.appendSix();
        }

        @Override
        public List<Runnable> steps(Bench bench) {
            return List.of(
                    () -> sink = bench.storage().beginSnapshot(at(3, 1), 2, LATER),
                    () -> open().write(bytes(FIRST)),
                    this::commit,
                    () -> sink = bench.storage().beginSnapshot(at(5, 2), 2, LATER),
                    () -> open().write(bytes(SECOND)),
                    this::commit);
        }

        private SnapshotSink open() {
            return Objects.requireNonNull(sink);
        }

        private void commit() {
            open().commit();
            committed++;
        }

        @Override
        public void judge(Bench bench, StoredState found) {
            Optional<SnapshotInfo> first = Optional.of(announced(at(3, 1), FIRST));
            Optional<SnapshotInfo> second = Optional.of(announced(at(5, 2), SECOND));
            List<Optional<SnapshotInfo>> all = List.of(Optional.empty(), first, second);
            int is = all.indexOf(found.snapshot());
            if (onlyCommitted) {
                Expect.that(is >= committed, committed + " snapshots were committed, found is " + found.snapshot());
                return;
            }
            int most = Math.min(committed + 1, 2);
            Expect.that(
                    is >= 0 && is <= most,
                    committed + " snapshots were committed, found is " + found.snapshot() + " instead of "
                            + all.subList(0, most + 1));
            found.snapshot().map(SnapshotInfo::last).ifPresent(last -> {
                String contents = last.index() == 3 ? FIRST : SECOND;
                Expect.that(bench.contentsOf(last).equals(contents), "The snapshot of " + last + " has other bytes.");
            });
            Expect.that(is == 2 || !bench.hasSnapshot(at(5, 2)), "A snapshot can be opened that is not told.");
        }
    }

    /** Receives a snapshot in two parts, the first of which may be lost. */
    private static final class Receiving implements Plot {

        private static final LogPosition LAST = at(9, 2);
        private static final String CONTENTS = Values.longText();
        private static final int PART = 200_000;

        private @Nullable SnapshotSink sink;

        @Override
        public List<Runnable> steps(Bench bench) {
            return List.of(
                    () -> sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS)),
                    () -> open().write(bytes(CONTENTS.substring(0, PART))),
                    () -> open().close(),
                    () -> sink = bench.storage().receiveSnapshot(announced(LAST, CONTENTS)),
                    () -> open().write(bytes(CONTENTS.substring((int) open().position()))));
        }

        private SnapshotSink open() {
            return Objects.requireNonNull(sink);
        }

        @Override
        public void judge(Bench bench, StoredState found) {
            Expect.equal(found.snapshot(), Optional.empty(), "the snapshot, of which none was committed");
            Expect.that(!bench.hasSnapshot(LAST), "A snapshot can be opened that was not committed.");
            bench.receive(LAST, CONTENTS);
            Expect.that(bench.contentsOf(LAST).equals(CONTENTS), "The snapshot has other bytes than were received.");
        }
    }

    /** Receives a snapshot that the log contradicts, installs it, and appends to it. */
    private static final class Installing implements Plot {

        private static final LogPosition LAST = at(5, 3);

        private final boolean onlySynced;
        private @Nullable SnapshotSink sink;
        private List<LogEntry> old = List.of();
        private boolean isSynced;

        Installing(boolean onlySynced) {
            this.onlySynced = onlySynced;
        }

        @Override
        public void prepare(Bench bench) {
            bench.appendSix();
            old = bench.entriesFrom(1);
        }

        @Override
        public List<Runnable> steps(Bench bench) {
            SnapshotInfo announced = announced(LAST, "received");
            return List.of(
                    () -> sink = bench.storage().receiveSnapshot(announced),
                    () -> Objects.requireNonNull(sink).write(bytes("received")),
                    () -> Objects.requireNonNull(sink).commit(),
                    () -> bench.storage().installSnapshot(announced),
                    () -> bench.storage().append(run(6, 3, "next")),
                    () -> bench.storage().sync(),
                    () -> isSynced = true);
        }

        @Override
        public void judge(Bench bench, StoredState found) {
            List<LogEntry> entries = bench.entriesOf(found);
            List<LogEntry> next = entries(run(6, 3, "next"));
            boolean isNew = found.base().equals(LAST)
                    && (entries.equals(next) || (entries.isEmpty() && !isSynced))
                    && found.snapshot().equals(Optional.of(announced(LAST, "received")));
            boolean isOld = found.base().equals(LogPosition.ZERO)
                    && entries.equals(old)
                    && found.snapshot().isEmpty();
            if (onlySynced) {
                Expect.that(isNew || !isSynced, "The snapshot of " + LAST + " was installed, but found is " + found);
            } else {
                Expect.that(
                        isNew || isOld, "Neither the old log is found nor the new one, but " + found + " " + entries);
            }
        }
    }

    /** Takes a snapshot of a log of several segments, and drops what it covers. */
    private static final class Compacting implements Plot {

        private static final int LAST = 12;
        private static final int COMPACTED = 9;

        private List<LogEntry> all = List.of();
        private boolean isTaken;

        @Override
        public void prepare(Bench bench) {
            for (int index = 1; index <= LAST; index++) {
                bench.storage().append(runOfSize(index, 1, 1500));
            }
            bench.storage().sync();
            all = bench.entriesFrom(1);
        }

        @Override
        public List<Runnable> steps(Bench bench) {
            List<LogEntry> appended = new ArrayList<>(all);
            appended.addAll(entries(run(LAST + 1, 2, "next")));
            return List.of(
                    () -> bench.take(at(COMPACTED, 1), "state"),
                    () -> isTaken = true,
                    () -> bench.storage().compact(4),
                    () -> bench.storage().compact(COMPACTED),
                    () -> all = appended,
                    () -> bench.storage().append(run(LAST + 1, 2, "next")),
                    () -> bench.storage().sync());
        }

        @Override
        public void judge(Bench bench, StoredState found) {
            int base = (int) found.base().index();
            Expect.that(base <= COMPACTED, "The log begins after " + found.base() + ".");
            List<LogEntry> entries = bench.entriesOf(found);
            int end = base + entries.size();
            Expect.that(
                    end >= LAST && entries.equals(all.subList(base, end)),
                    "Entries have changed or are missing between " + found.base() + " and " + found.last() + ".");
            if (isTaken) {
                Expect.equal(found.snapshot(), Optional.of(announced(at(COMPACTED, 1), "state")), "the snapshot");
                Expect.equal(bench.contentsOf(at(COMPACTED, 1)), "state", "its contents");
            }
        }
    }
}
