import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.test.Scenario;
import org.javarosa.xform.util.XFormAnswerDataParser;

/**
 * Fills forms in JavaRosa as a person does in Collect: from the first question to the last,
 * only what is asked, then finalised.
 *
 * <p>Reads cases from standard input: the path of a form (its CSV files beside it), lines of
 * {@code path TAB answer}, an empty line. Writes for each: {@code asked TAB path} of every
 * question that was reached, {@code removed TAB path} of every row that stood by itself and
 * nobody filled, {@code strange TAB path} of every answer that its question does not offer,
 * {@code outcome TAB word TAB path}, {@code xml TAB base64}, {@code end}.
 */
public class Fill {
    private static final String[] OUTCOMES = {"valid", "required", "constraint"};
    private static PrintStream out;
    private static Path folder;

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // the engine's own talk
        ReferenceManager.instance().addReferenceFactory(new Beside());
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String form = in.readLine(); form != null; form = in.readLine()) {
            Map<String, String> answers = new LinkedHashMap<>();
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                String[] parts = line.split("\t", 2);
                answers.put(plain(parts[0]), parts[1]);
            }
            try {
                fill(new File(form), answers);
            } catch (Exception broken) {
                broken.printStackTrace();
                String why = String.valueOf(broken.getMessage()).replaceAll("\\s+", " ");
                out.println("outcome\tbroken\t" + why);
            }
            out.println("end");
        }
    }

    private static void fill(File form, Map<String, String> answers) throws Exception {
        folder = form.toPath().getParent();
        Scenario scenario = Scenario.init(form);
        FormEntryController controller = scenario.getFormEntryController();
        FormEntryModel model = controller.getModel();
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event = controller.stepToNextEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            FormIndex index = model.getFormIndex();
            String path = plain(index.getReference().toString(true));
            boolean named = answers.keySet().stream().anyMatch(key -> key.startsWith(path + "/"));
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && named) {
                controller.newRepeat();
            } else if (event == FormEntryController.EVENT_REPEAT && !named) {
                out.println("removed\t" + path);
                controller.jumpToIndex(controller.deleteRepeat(index));
                event = model.getEvent();
                continue;
            } else if (event == FormEntryController.EVENT_QUESTION) {
                out.println("asked\t" + path);
                if (answers.containsKey(path)) {
                    answer(controller, index, path, answers.get(path));
                }
            }
            event = controller.stepToNextEvent();
        }
        ValidateOutcome found = scenario.getFormDef().validate(true);
        int code = found == null ? FormEntryController.ANSWER_OK : found.outcome;
        String at = code == 0 ? "" : plain(found.failedPrompt.getReference().toString(true));
        out.println("outcome\t" + OUTCOMES[code] + "\t" + at);
        controller.finalizeFormEntry();
        FormInstance whole = scenario.getFormDef().getMainInstance();
        byte[] xml = new XFormSerializingVisitor().serializeInstance(whole);
        out.println("xml\t" + Base64.getEncoder().encodeToString(xml));
    }

    /** Saves an answer without judging it, as leaving a form half done does. */
    private static void answer(
            FormEntryController controller, FormIndex index, String path, String text) {
        FormEntryPrompt prompt = controller.getModel().getQuestionPrompt(index);
        QuestionDef question = prompt.getQuestion();
        if (text.isEmpty()) {
            controller.saveAnswer(index, null, true);
            return;
        }
        FormInstance instance = controller.getModel().getForm().getMainInstance();
        TreeElement node = instance.resolveReference(index.getReference());
        IAnswerData data = XFormAnswerDataParser.getAnswerData(text, node.getDataType(), question);
        if (prompt.getSelectChoices() != null) {
            for (String chosen : text.split(" ")) {
                if (prompt.getSelectChoices().stream().noneMatch(c -> chosen.equals(c.getValue()))) {
                    out.println("strange\t" + path);
                }
            }
        }
        controller.saveAnswer(index, data, true);
    }

    /** A path without the mark of the first of its kind. */
    private static String plain(String path) {
        return path.replace("[1]", "");
    }

    /** Finds {@code jr://file-csv/NAME} beside the form. */
    private static class Beside extends PrefixedRootFactory {
        Beside() {
            super(new String[] {"file-csv", "file"});
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            return new InFolder(folder.resolve(terminal.replaceFirst("^/+", "")), uri);
        }
    }

    private record InFolder(Path path, String uri) implements Reference {
        @Override
        public boolean doesBinaryExist() {
            return Files.exists(path);
        }

        @Override
        public InputStream getStream() throws IOException {
            return Files.newInputStream(path);
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public String getLocalURI() {
            return path.toString();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("nothing is written beside a form");
        }

        @Override
        public void remove() throws IOException {
            throw new IOException("nothing is removed beside a form");
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
