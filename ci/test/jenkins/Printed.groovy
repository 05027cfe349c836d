/** What a build prints: as Jenkins shows it, and as it was printed. */
class Printed {
    /** Shown as `****`, while a block of withCredentials is open. */
    List<String> secrets = []
    private final File shown
    private final File raw

    Printed(File shown, File raw) {
        this.shown = shown
        this.raw = raw
        [shown, raw]*.text = ''
    }

    void line(String text) {
        raw.append(text + '\n', 'UTF-8')
        def longestFirst = secrets.findAll { it }.sort { -it.size() }
        shown.append(longestFirst.inject(text) { line, secret -> line.replace(secret, '****') } + '\n', 'UTF-8')
    }
}
