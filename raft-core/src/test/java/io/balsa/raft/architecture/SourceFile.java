package io.balsa.raft.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** One source file of one module, as text and as javac parses it. */
record SourceFile(String module, String path, List<String> lines, CompilationUnitTree unit, DocTrees trees) {

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    /** Reads the sources below {@code folder}, such as src/main/java, of all modules of the reactor. */
    static List<SourceFile> ofAllModules(String folder) {
        Path root = reactorRoot();
        List<SourceFile> all = new ArrayList<>();
        Matcher module = MODULE.matcher(read(root.resolve("pom.xml")));
        while (module.find()) {
            all.addAll(ofModule(root, module.group(1), folder));
        }
        return all;
    }

    /** The folder that holds all modules: tests run in the folder of theirs. */
    static Path reactorRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("raft-core"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no folder above this one has the module raft-core in it");
            }
        }
        return folder;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String packageName() {
        return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    long firstLineOf(Tree tree) {
        return lineAt(trees.getSourcePositions().getStartPosition(unit, tree));
    }

    long lastLineOf(Tree tree) {
        return lineAt(trees.getSourcePositions().getEndPosition(unit, tree));
    }

    boolean hasComment(TreePath path) {
        return trees.getDocComment(path) != null;
    }

    private long lineAt(long position) {
        return unit.getLineMap().getLineNumber(position);
    }

    private static List<SourceFile> ofModule(Path root, String module, String folder) {
        Path sources = root.resolve(module).resolve(folder);
        if (!Files.isDirectory(sources)) {
            return List.of();
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> walk = Files.walk(sources);
                StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> java = walk.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            if (java.isEmpty()) {
                return List.of();
            }
            var task = (JavacTask)
                    compiler.getTask(null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(java));
            DocTrees trees = DocTrees.instance(task);
            List<SourceFile> parsed = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Path file = Path.of(unit.getSourceFile().toUri());
                String path = root.relativize(file).toString().replace('\\', '/');
                parsed.add(new SourceFile(module, path, read(file).lines().toList(), unit, trees));
            }
            return parsed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
