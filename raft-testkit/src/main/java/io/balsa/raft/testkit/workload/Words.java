package io.balsa.raft.testkit.workload;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes, in words: as text if they are text. */
public final class Words {

    private static final int LONGEST = 80;

    private Words() {}

    /** These bytes. */
    public static String of(byte[] bytes) {
        if (bytes.length == 0) {
            return "nothing";
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean readable = text.chars().allMatch(c -> c >= ' ' && c != 0xFFFD && !Character.isISOControl(c));
        String shown = readable ? "'" + text + "'" : "0x" + HexFormat.of().formatHex(bytes);
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "… (" + bytes.length + " bytes)";
    }

    /** The word at this place of a text, counted from 0. */
    static String wordOf(byte[] text, int place) {
        return new String(text, StandardCharsets.UTF_8).split(" ", -1)[place];
    }
}
