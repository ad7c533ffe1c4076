package io.balsa.raft.testkit.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Plants bugs in copies of the sources, and compiles what they touch against the classes of the project. */
final class MutantBuild {

    private final Path root;
    private final Path target;

    /** For the sources of the project at {@code root}; works in {@code target}. */
    MutantBuild(Path root, Path target) {
        this.root = root;
        this.target = target;
    }

    /**
     * The folder with the classes that take the place of the healthy ones.
     *
     * @throws IllegalStateException if the patch does not apply exactly, or the outcome does not compile
     */
    Path build(Mutant mutant) {
        Path folder = target.resolve(mutant.name());
        Path classes = folder.resolve("classes");
        try {
            empty(folder);
            Files.createDirectories(classes);
            List<Path> sources = new ArrayList<>();
            for (Map.Entry<String, List<String>> file :
                    mutant.patch().applyTo(root).entrySet()) {
                Path source = folder.resolve(file.getKey());
                Files.createDirectories(source.resolveSibling("."));
                sources.add(Files.write(source, file.getValue()));
            }
            compile(sources, classes);
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException("the mutant " + mutant.name() + " cannot be built", e);
        } catch (IllegalStateException e) {
            throw new IllegalStateException("the mutant " + mutant.name() + " " + e.getMessage(), e);
        }
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, Locale.ROOT, null)) {
            List<String> options = List.of(
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString(),
                    "--release",
                    "17",
                    "-proc:none",
                    "-g",
                    "-nowarn");
            boolean compiled = compiler.getTask(
                            null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("does not compile: "
                        + problems.getDiagnostics().stream()
                                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                                .map(Object::toString)
                                .toList());
            }
        }
    }
}
