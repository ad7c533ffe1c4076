package io.balsa.raft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The house rules that neither the compiler nor the formatter knows, over the sources of all modules. The limits stand
 * where we want the code to be, not where the worst of it is.
 */
@DisplayName("The sources")
final class TidyTest {

    private static final int MAX_LINES_OF_A_FILE = 400;
    private static final int MAX_LINES_OF_A_METHOD = 50;
    private static final int MAX_PARAMETERS_OF_A_METHOD = 5;
    private static final int MAX_PARAMETERS_OF_A_CONSTRUCTOR = 8;
    private static final int MAX_COMPONENTS_OF_A_RECORD = 10;

    /** What a user puts on the module path. Examples and benchmarks are programs: they may print and wait. */
    private static final Set<String> LIBRARY =
            Set.of("raft-core", "raft-storage-file", "raft-transport-http", "raft-testkit");

    /** One that is no longer needed fails its rule, so this list only gets shorter. */
    private static final List<Exemption> EXEMPTIONS = List.of(new Exemption(
            "printing", "testkit/cli/TestkitMain.java", "a command line, which ends its process with an exit code"));

    private static final List<SourceFile> MAIN = SourceFile.ofAllModules("src/main/java");
    private static final List<SourceFile> TESTS = SourceFile.ofAllModules("src/test/java");

    /** Lets one file break one rule, for a reason that convinces a reader. */
    private record Exemption(String rule, String file, String reason) {}

    @Test
    @DisplayName("have at most 400 lines a file")
    void filesAreShort() {
        hold("file length", MAIN, (file, offences) -> {
            if (file.lines().size() > MAX_LINES_OF_A_FILE) {
                offences.add(file.path() + " has " + file.lines().size() + " lines");
            }
        });
    }

    @Test
    @DisplayName("have at most 50 lines a method")
    void methodsAreShort() {
        holdForMethods("method length", (file, path) -> {
            Tree method = path.getLeaf();
            long lines = file.lastLineOf(method) - file.firstLineOf(method) + 1;
            return lines > MAX_LINES_OF_A_METHOD ? "has " + lines + " lines" : "";
        });
    }

    @Test
    @DisplayName("have at most 5 parameters a method and 8 a constructor")
    void methodsTakeFewParameters() {
        holdForMethods("parameters", (file, path) -> {
            MethodTree method = (MethodTree) path.getLeaf();
            int most = isConstructor(method) ? MAX_PARAMETERS_OF_A_CONSTRUCTOR : MAX_PARAMETERS_OF_A_METHOD;
            int parameters = method.getParameters().size();
            boolean ofRecord =
                    isConstructor(method) && path.getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
            return parameters > most && !ofRecord ? "has " + parameters + " parameters" : "";
        });
    }

    @Test
    @DisplayName("have at most 10 components a record")
    void recordsAreSmall() {
        holdForClasses("components", (file, type) -> {
            long components = componentsOf(type);
            boolean tooMany = type.getKind() == Tree.Kind.RECORD && components > MAX_COMPONENTS_OF_A_RECORD;
            return tooMany ? "has " + components + " components" : "";
        });
    }

    @Test
    @DisplayName("name a class after what it is")
    void classNamesSaySomething() {
        Pattern empty = Pattern.compile(".*(Impl|Util|Utils|Helper|Manager)");
        holdForClasses(
                "class name",
                (file, type) ->
                        empty.matcher(type.getSimpleName()).matches() ? "says nothing by the end of its name" : "");
    }

    @Test
    @DisplayName("leave nothing to be done and name no author")
    void nothingIsLeftToDo() {
        Pattern open = Pattern.compile("\\b(TO[D]O|FIX[M]E|X[X]X)\\b|@[a]uthor\\b");
        holdForText("open end", everything(), line -> open.matcher(line).find());
    }

    @Test
    @DisplayName("name no folder of a machine")
    void noPathsOfAMachine() {
        Pattern folder = Pattern.compile("(?<![\\w.:])/(home|root|tmp|work|Users|usr)/|\\b[A-Z]:\\\\");
        holdForText("machine path", everything(), line -> folder.matcher(line).find());
    }

    @Test
    @DisplayName("print nothing and end no process, in a library")
    void librariesDoNotPrint() {
        Pattern printing = Pattern.compile("\\bSystem\\.(out|err|exit)\\b");
        holdForCode("printing", library(), printing);
    }

    @Test
    @DisplayName("handle an exception or hand it on, instead of printing where it came from")
    void stackTracesAreNotPrinted() {
        holdForCode("stack trace", MAIN, Pattern.compile("\\.printStackTrace\\("));
    }

    @Test
    @DisplayName("wait for a condition, never for a while, in libraries and in tests")
    void nothingSleeps() {
        List<SourceFile> files =
                Stream.concat(library().stream(), TESTS.stream()).toList();
        holdForCode("sleeping", files, Pattern.compile("\\b(Thread|TimeUnit(\\.[A-Z]+)?|[A-Z]+SECONDS)\\.sleep\\("));
    }

    @Test
    @DisplayName("have no test that is switched off")
    void everyTestRuns() {
        holdForCode("switched off", TESTS, Pattern.compile("@[D]isabled\\b"));
    }

    @Test
    @DisplayName("explain each public type, and each public member of an exported package")
    void everythingPublicIsExplained() {
        Set<String> exported = exportedPackages();
        hold(
                "javadoc",
                MAIN,
                (file, offences) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree type, Void none) {
                        ask(type.getSimpleName().toString());
                        return super.visitClass(type, null);
                    }

                    @Override
                    public Void visitMethod(MethodTree method, Void none) {
                        boolean canonical = isCanonical(
                                method, getCurrentPath().getParentPath().getLeaf());
                        if (exported.contains(file.packageName()) && !isOverride(method) && !canonical) {
                            ask(method.getName() + "()");
                        }
                        return null; // what is inside a method nobody sees
                    }

                    @Override
                    public Void visitVariable(VariableTree field, Void none) {
                        if (exported.contains(file.packageName())) {
                            ask(field.getName().toString());
                        }
                        return null;
                    }

                    private void ask(String name) {
                        if (isVisible(getCurrentPath()) && !file.hasComment(getCurrentPath())) {
                            offences.add(at(file, getCurrentPath().getLeaf()) + " " + name + " has no javadoc");
                        }
                    }
                }.scan(file.unit(), null));
    }

    @Test
    @DisplayName("of a library are checked by every guard once they export a package")
    void noGuardIsSwitchedOff() {
        List<String> offences = new ArrayList<>();
        for (String module : new TreeSet<>(LIBRARY)) {
            boolean exports = MAIN.stream()
                    .anyMatch(file -> file.module().equals(module)
                            && !exportedPackages(file).isEmpty());
            String pom =
                    SourceFile.read(SourceFile.reactorRoot().resolve(module).resolve("pom.xml"));
            if (exports && pom.contains("skip>true<")) {
                offences.add(module + "/pom.xml");
            }
        }
        assertThat(offences).as("these POMs skip a check").isEmpty();
    }

    private static void holdForMethods(String rule, BiFunction<SourceFile, TreePath, String> check) {
        hold(
                rule,
                MAIN,
                (file, offences) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void none) {
                        String offence = check.apply(file, getCurrentPath());
                        if (!offence.isEmpty()) {
                            offences.add(at(file, method) + " " + method.getName() + "() " + offence);
                        }
                        return super.visitMethod(method, null);
                    }
                }.scan(file.unit(), null));
    }

    private static void holdForClasses(String rule, BiFunction<SourceFile, ClassTree, String> check) {
        hold(
                rule,
                MAIN,
                (file, offences) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree type, Void none) {
                        String offence = check.apply(file, type);
                        if (!offence.isEmpty()) {
                            offences.add(at(file, type) + " " + type.getSimpleName() + " " + offence);
                        }
                        return super.visitClass(type, null);
                    }
                }.scan(file.unit(), null));
    }

    private static void holdForCode(String rule, List<SourceFile> files, Pattern banned) {
        Pattern comment = Pattern.compile("^\\s*(\\*|/\\*|//).*|\\s//.*");
        holdForText(
                rule,
                files,
                line -> banned.matcher(comment.matcher(line).replaceAll("")).find());
    }

    private static void holdForText(String rule, List<SourceFile> files, Predicate<String> isBanned) {
        hold(rule, files, (file, offences) -> {
            for (int i = 0; i < file.lines().size(); i++) {
                if (isBanned.test(file.lines().get(i))) {
                    offences.add(file.path() + ":" + (i + 1) + " "
                            + file.lines().get(i).strip());
                }
            }
        });
    }

    private static void hold(String rule, List<SourceFile> files, BiConsumer<SourceFile, List<String>> check) {
        List<String> offences = new ArrayList<>();
        List<Exemption> unused = new ArrayList<>(EXEMPTIONS);
        unused.removeIf(exemption -> !exemption.rule().equals(rule));
        for (SourceFile file : files) {
            List<String> found = new ArrayList<>();
            check.accept(file, found);
            boolean isExempt =
                    !found.isEmpty() && unused.removeIf(exempt -> file.path().endsWith(exempt.file()));
            if (!isExempt) {
                offences.addAll(found);
            }
        }
        assertThat(offences).as("rule: %s", rule).isEmpty();
        assertThat(unused)
                .as("exemptions from the rule \"%s\" that nothing needs", rule)
                .isEmpty();
    }

    private static List<SourceFile> library() {
        return MAIN.stream().filter(file -> LIBRARY.contains(file.module())).toList();
    }

    private static List<SourceFile> everything() {
        return Stream.concat(MAIN.stream(), TESTS.stream()).toList();
    }

    private static Set<String> exportedPackages() {
        Set<String> exported = new TreeSet<>();
        MAIN.forEach(file -> exported.addAll(exportedPackages(file)));
        return exported;
    }

    /** What {@code file} exports to everybody, if it is a module-info. */
    private static Set<String> exportedPackages(SourceFile file) {
        Set<String> exported = new TreeSet<>();
        ModuleTree module = file.unit().getModule();
        if (module != null) {
            for (var directive : module.getDirectives()) {
                if (directive instanceof ExportsTree exports && exports.getModuleNames() == null) {
                    exported.add(exports.getPackageName().toString());
                }
            }
        }
        return exported;
    }

    /** Whether a user can see it: it and all around it are public or protected, said or implied. */
    private static boolean isVisible(TreePath member) {
        for (TreePath path = member; path.getParentPath() != null; path = path.getParentPath()) {
            Tree around = path.getParentPath().getLeaf();
            boolean implied = around.getKind() == Tree.Kind.INTERFACE || around.getKind() == Tree.Kind.ANNOTATION_TYPE;
            Set<Modifier> flags = modifiersOf(path.getLeaf()).getFlags();
            boolean isPublic = flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
            if (!isPublic && (!implied || flags.contains(Modifier.PRIVATE))) {
                return false;
            }
        }
        return true;
    }

    private static ModifiersTree modifiersOf(Tree tree) {
        if (tree instanceof ClassTree type) {
            return type.getModifiers();
        }
        return tree instanceof MethodTree method ? method.getModifiers() : ((VariableTree) tree).getModifiers();
    }

    private static boolean isConstructor(MethodTree method) {
        return method.getName().contentEquals("<init>");
    }

    /** The components, and what is said about them, are explained on the record itself. */
    private static boolean isCanonical(MethodTree method, Tree type) {
        return isConstructor(method)
                && type.getKind() == Tree.Kind.RECORD
                && method.getParameters().size() == componentsOf((ClassTree) type);
    }

    /** A record has no other fields than its components and static ones. */
    private static long componentsOf(ClassTree type) {
        return type.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .count();
    }

    private static boolean isOverride(MethodTree method) {
        for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
            if (annotation.getAnnotationType().toString().equals("Override")) {
                return true;
            }
        }
        return false;
    }

    private static String at(SourceFile file, Tree tree) {
        return file.path() + ":" + file.firstLineOf(tree);
    }
}
