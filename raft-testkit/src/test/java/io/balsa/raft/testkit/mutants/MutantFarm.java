package io.balsa.raft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;

/** Where everything is, and several searches at once. */
final class MutantFarm {

    /** The project's root; tests run in the folder of their module. */
    static final Path ROOT = Path.of("..");

    static final Path PATCHES = Path.of("src", "test", "mutants");
    static final Path KILLERS = PATCHES.resolve("killers.csv");
    static final Path TARGET = Path.of("target", "mutants");
    static final Path DOCUMENT = ROOT.resolve("docs").resolve("MUTANTS.md");

    /** As many as there are processors, unless said otherwise. */
    static final int THREADS =
            Integer.getInteger("mutants.threads", Runtime.getRuntime().availableProcessors());

    /** Whether the assertions of the healthy code are on. Without them one sees what the oracles notice alone. */
    static final boolean ASSERTIONS = Boolean.parseBoolean(System.getProperty("mutants.assertions", "true"));

    /** Whether hundreds of seeds are tried in a row, or a few for each mutant. */
    static final boolean LONG = Boolean.getBoolean("mutants.long");

    private MutantFarm() {}

    /** Classes that are none: what is loaded with them is the healthy project. */
    static Path noClasses() throws IOException {
        return Files.createDirectories(TARGET.resolve("none"));
    }

    /** Does this to each item, several at a time, each with a search that nobody else uses; results in order. */
    static <T, R> List<R> forEach(List<T> items, BiFunction<Search, T, R> work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Search> searches = new ArrayList<>();
        ThreadLocal<Search> own = ThreadLocal.withInitial(() -> {
            synchronized (searches) {
                Path errors = TARGET.resolve("worker-" + searches.size() + ".err");
                searches.add(new Search(errors, ASSERTIONS));
                return searches.get(searches.size() - 1);
            }
        });
        try {
            List<Callable<R>> tasks = new ArrayList<>();
            items.forEach(item -> tasks.add(() -> work.apply(own.get(), item)));
            List<R> results = new ArrayList<>();
            for (Future<R> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
            searches.forEach(Search::close);
        }
    }
}
