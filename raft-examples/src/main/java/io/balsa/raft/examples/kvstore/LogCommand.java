package io.balsa.raft.examples.kvstore;

import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.CorruptionException;
import io.balsa.raft.storage.file.StoreInspection;
import io.balsa.raft.storage.file.StoreReport;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kvstore log}: what is in the directory of any server that keeps its log with Balsa, whatever it is a server of. */
@Command(
        name = "log",
        description = "Looks at the directory of any Balsa server, without changing it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and nothing that was read is damaged",
            "1:damaged, or failed",
            "2:the command line is wrong, or there is no store that can be read"
        },
        subcommands = {LogCommand.Info.class, LogCommand.Dump.class, LogCommand.Verify.class, LogSnapshotCommand.class})
final class LogCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: info, dump, verify or snapshot");
    }

    /** What the commands have in common: they open a store and say what they find. */
    abstract static class Look implements Callable<Integer> {

        @Option(names = "--data", required = true, paramLabel = "DIR", description = "Directory of the server's files.")
        private Path data = Path.of("");

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        /** Looks, and returns the exit code. */
        abstract int look(StoreInspection store) throws CommandFailure;

        @Override
        public Integer call() throws CommandFailure {
            try (StoreInspection store = StoreInspection.of(data)) {
                return look(store);
            } catch (CorruptionException e) {
                throw e; // there is a store, and it is damaged
            } catch (StorageException e) {
                throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
            }
        }

        CommandSpec spec() {
            return spec;
        }

        boolean json() {
            return json;
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        void printJson(Map<String, @Nullable Object> answer) {
            out().println(new String(Json.write(answer).toArray(), StandardCharsets.UTF_8));
        }

        /** Says on standard error how a long look gets on. */
        StoreInspection.Progress progress() {
            return new LookProgress(spec.commandLine().getErr(), System::nanoTime);
        }

        /** One sentence on standard error, if what is seen may be half of what is being written. */
        void warnIfInUse(StoreInspection store) {
            if (store.isInUse()) {
                warn("a server uses the store in " + data
                        + ": this is what was there a moment ago, and whether it is sound"
                        + " can only be told once that server is stopped");
            }
        }

        void warn(String sentence) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("kvstore: " + sentence);
            err.flush();
        }

        /** One sentence on standard error for each damage. */
        int complain(StoreReport report) {
            report.damage().forEach(damage -> warn(String.valueOf(damage.getMessage())));
            return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /** {@code kvstore log info}. */
    @Command(name = "info", description = "Tells whose store it is and what is in it. Reads the log, but no snapshot.")
    static final class Info extends Look {

        @Override
        int look(StoreInspection store) {
            warnIfInUse(store);
            StoreReport report = store.overview(progress());
            if (json()) {
                printJson(LogJson.report(report));
            } else {
                LogText.lines(report).forEach(out()::println);
            }
            return complain(report);
        }
    }

    /** {@code kvstore log verify}. */
    @Command(
            name = "verify",
            description = "Reads and checks everything. No server may use the store.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:sound",
                "1:damaged",
                "2:the command line is wrong, or there is no verdict: no store, not readable, or in use"
            })
    static final class Verify extends Look {

        @Override
        int look(StoreInspection store) {
            StoreReport report = store.verify(progress());
            if (json()) {
                printJson(LogJson.verdict(report));
            } else if (report.isSound()) {
                out().println("sound: " + LogText.log(report.log()) + "; snapshots: "
                        + report.snapshots().size());
            } else {
                out().println("damaged: "
                        + (report.refusals().isEmpty()
                                ? "a server starts with the store all the same"
                                : "no server starts with the store"));
            }
            return complain(report);
        }
    }

    /** {@code kvstore log dump}. */
    @Command(
            name = "dump",
            description = "Prints entries of the log, one a line; of a damaged log those before the damage.")
    static final class Dump extends Look {

        private static final int AT_ONCE = 1000;

        @Option(
                names = "--from",
                paramLabel = "INDEX",
                description = "The first one; default: the first that is there.")
        private long from = 1;

        @Option(names = "--to", paramLabel = "INDEX", description = "The last one; default: the last that is there.")
        private long to = Long.MAX_VALUE;

        @Override
        int look(StoreInspection store) {
            if (from < 1 || to < from) {
                throw new ParameterException(
                        spec().commandLine(),
                        "--from is 1 or more, and --to not below it, unlike " + from + " and " + to);
            }
            warnIfInUse(store);
            StoreReport report = store.overview(progress());
            long last = report.log().last().index();
            long first = report.log().base().index() + 1;
            if (from > last || to < first) {
                warn(
                        first > last
                                ? "the log has no entries; the next one will be " + first
                                : "the log has none of these entries, only " + first + " to " + last);
            }
            print(store, Math.max(from, first), Math.min(to, last));
            return complain(report);
        }

        /** In pieces, as whoever reads this may have enough. */
        private void print(StoreInspection store, long first, long last) {
            for (long next = first; next <= last && !out().checkError(); next += AT_ONCE) {
                store.entries(next, Math.min(last, next + AT_ONCE - 1), entry -> {
                    if (json()) {
                        printJson(LogJson.entry(entry));
                    } else {
                        out().println(LogText.entry(entry));
                    }
                });
            }
        }
    }
}
