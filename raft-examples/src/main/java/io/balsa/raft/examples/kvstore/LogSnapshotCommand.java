package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ExportedSnapshot;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.file.NioDisk;
import io.balsa.raft.storage.file.StoreInspection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kvstore log snapshot}: takes a snapshot out of a store, and makes a store of one. */
@Command(
        name = "snapshot",
        description = "Takes a snapshot out of a store, or makes a new store of one.",
        subcommands = {LogSnapshotCommand.Export.class, LogSnapshotCommand.Import.class})
final class LogSnapshotCommand implements Runnable {

    private static final int PIECE_BYTES = 256 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: export or import");
    }

    private static Map<String, @Nullable Object> json(String cluster, SnapshotInfo info) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("cluster", cluster);
        json.put("index", info.index());
        json.put("term", info.last().term());
        json.put("bytes", info.sizeBytes());
        return json;
    }

    private static String sentence(SnapshotInfo info) {
        return "snapshot of everything up to index " + info.index() + " of term "
                + info.last().term() + ", " + info.sizeBytes() + " bytes";
    }

    /** {@code kvstore log snapshot export}. */
    @Command(
            name = "export",
            description =
                    "Copies a snapshot into a new file, for 'log snapshot import', 'server --from-snapshot' or for"
                            + " safe keeping. A server may use the store meanwhile.")
    static final class Export extends LogCommand.Look {

        @Parameters(paramLabel = "FILE", description = "The new file.")
        private Path file = Path.of("");

        @Option(names = "--index", paramLabel = "INDEX", description = "The one up to this index; default: the newest.")
        private @Nullable Long index;

        @Override
        int look(StoreInspection store) throws CommandFailure {
            if (Files.exists(file)) {
                throw new CommandFailure(ExitCode.USAGE, "there is a file " + file + " already");
            }
            Optional<LogPosition> wanted = store.snapshots().stream()
                    .filter(last -> index == null || last.index() == index)
                    .findFirst();
            if (wanted.isEmpty()) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "the store has no such snapshot, only of "
                                + store.snapshots().stream()
                                        .map(last -> "index " + last.index())
                                        .toList());
            }
            String cluster = store.identity().cluster();
            try (SnapshotSource source = store.openSnapshot(wanted.get())) {
                save(new ExportedSnapshot(cluster, source.info()), source);
                if (json()) {
                    printJson(LogSnapshotCommand.json(cluster, source.info()));
                } else {
                    out().println(sentence(source.info()) + ", in " + file);
                }
            }
            return ExitCode.OK;
        }

        /** Into a file beside it first, so that nobody takes a part for the whole. */
        private void save(ExportedSnapshot head, SnapshotSource source) throws CommandFailure {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try {
                boolean whole = false;
                try (FileChannel out = FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
                    writeAll(out, ByteBuffer.wrap(head.header()));
                    copy(source, out);
                    out.force(true);
                    whole = true;
                } finally {
                    if (!whole) {
                        Files.deleteIfExists(part);
                    }
                }
                Files.move(part, file);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.FAILED, "the file " + file + " cannot be written: " + reasonOf(e));
            }
        }

        private void copy(SnapshotSource source, FileChannel out) throws IOException {
            StoreInspection.Progress progress = progress();
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            long size = source.info().sizeBytes();
            long next = 0;
            while (next < size) {
                next += source.read(next, piece.clear());
                writeAll(out, piece.flip());
                progress.read(next, size);
            }
        }

        private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    private static String reasonOf(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** {@code kvstore log snapshot import}. */
    @Command(
            name = "import",
            description =
                    "Makes the store of a new server out of a snapshot that was exported. The server must be new to"
                            + " its cluster, with an id that was never used there, or the only one of a new cluster.")
    static final class Import implements Callable<Integer> {

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "Directory of the new store: empty, or not there yet.")
        private Path data = Path.of("");

        @Option(names = "--id", required = true, paramLabel = "N", description = "Node id of the new server.")
        private long id;

        @Option(
                names = "--cluster-name",
                paramLabel = "NAME",
                description = "The cluster that the snapshot must come from; default: whichever it does.")
        private @Nullable String cluster;

        @Parameters(paramLabel = "FILE", description = "The exported snapshot.")
        private Path file = Path.of("");

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Override
        public Integer call() throws CommandFailure {
            if (!Files.isRegularFile(file)) {
                throw new CommandFailure(ExitCode.USAGE, "there is no file " + file);
            }
            if (Files.exists(data) && !Files.isDirectory(data)) {
                throw new CommandFailure(ExitCode.USAGE, data + " is not a directory");
            }
            ExportedSnapshot planted = Seed.plant(Optional.ofNullable(cluster), NodeId.of(id), file, new NioDisk(data));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new String(
                        Json.write(LogSnapshotCommand.json(planted.cluster(), planted.info()))
                                .toArray(),
                        StandardCharsets.UTF_8));
            } else {
                out.println("server " + id + " of cluster '" + planted.cluster() + "' begins with the "
                        + sentence(planted.info()));
            }
            return ExitCode.OK;
        }
    }
}
