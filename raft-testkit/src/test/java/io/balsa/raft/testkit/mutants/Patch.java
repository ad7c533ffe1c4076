package io.balsa.raft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A unified diff, applied exactly: the lines it takes away, and those around them, must stand in the file just so, and only
 * once. Line numbers do not matter, so that an import more or less does not spoil a patch.
 */
final class Patch {

    private record Hunk(List<String> before, List<String> after) {}

    private static final Pattern HUNK = Pattern.compile("@@ -\\d+(?:,(\\d+))? \\+\\d+(?:,(\\d+))? @@.*");

    private final Map<String, List<Hunk>> files = new TreeMap<>();

    private Patch() {}

    /**
     * Reads the lines of a diff.
     *
     * @throws IllegalArgumentException if they are none
     */
    static Patch of(List<String> lines) {
        Patch patch = new Patch();
        List<Hunk> hunks = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            Matcher hunk = HUNK.matcher(line);
            if (line.startsWith("+++ b/")) {
                hunks = new ArrayList<>();
                patch.files.put(line.substring("+++ b/".length()), hunks);
                at++;
            } else if (hunk.matches()) {
                at = readHunk(lines, at + 1, hunks, countOf(hunk, 1), countOf(hunk, 2));
            } else if (line.startsWith("--- a/")) {
                at++;
            } else {
                throw new IllegalArgumentException("line " + (at + 1) + " is none of a unified diff: " + line);
            }
        }
        if (patch.files.isEmpty() || patch.files.containsValue(List.of())) {
            throw new IllegalArgumentException("a patch that changes nothing");
        }
        return patch;
    }

    private static int countOf(Matcher hunk, int group) {
        return hunk.group(group) == null ? 1 : Integer.parseInt(hunk.group(group));
    }

    private static int readHunk(List<String> lines, int from, List<Hunk> hunks, int beforeCount, int afterCount) {
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        int at = from;
        while (at < lines.size() && (before.size() < beforeCount || after.size() < afterCount)) {
            String line = lines.get(at++);
            char kind = line.isEmpty() ? ' ' : line.charAt(0);
            String text = line.isEmpty() ? "" : line.substring(1);
            if (kind == ' ' || kind == '-') {
                before.add(text);
            }
            if (kind == ' ' || kind == '+') {
                after.add(text);
            }
        }
        if (before.size() != beforeCount || after.size() != afterCount || before.equals(after)) {
            throw new IllegalArgumentException("the change before line " + (at + 1) + " contradicts its header");
        }
        hunks.add(new Hunk(before, after));
        return at;
    }

    /** The changed files, by their paths, as they are after the patch. */
    Map<String, List<String>> applyTo(Path root) throws IOException {
        Map<String, List<String>> changed = new TreeMap<>();
        for (Map.Entry<String, List<Hunk>> file : files.entrySet()) {
            List<String> lines = new ArrayList<>(Files.readAllLines(root.resolve(file.getKey())));
            int done = 0;
            for (Hunk hunk : file.getValue()) {
                List<String> rest = lines.subList(done, lines.size());
                int at = Collections.indexOfSubList(rest, hunk.before);
                if (at < 0 || at != Collections.lastIndexOfSubList(rest, hunk.before)) {
                    throw new IllegalStateException(
                            "no longer applies to " + file.getKey() + ", where these lines stand "
                                    + (at < 0 ? "nowhere" : "more than once") + ":\n" + String.join("\n", hunk.before));
                }
                List<String> replaced = rest.subList(at, at + hunk.before.size());
                replaced.clear();
                replaced.addAll(hunk.after);
                done += at + hunk.after.size();
            }
            changed.put(file.getKey(), lines);
        }
        return changed;
    }
}
