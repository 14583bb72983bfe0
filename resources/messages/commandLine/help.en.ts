/** @file English: help on the commands. */
import type { MarkKind } from '../../../schemas/choices.ts';

export const help = {
  program: 'Captions photos and answers questions about them, on your own computer.',
  photo: 'the photo',
  preset: 'the preset',
  model: 'the model',

  caption: {
    summary: 'caption photos and folders',
    description:
      'Captions photos and all photos in folders and subfolders. Hidden and system files are skipped.\n' +
      'Captions are stored in the library. Run the command again to caption only new photos, or to continue after an interruption.',
    paths: 'photos and folders',
    write: (kinds: string) => `the kind of text: ${kinds} (default: caption)`,
    prompt: (variables: string) =>
      `text the caption continues; placeholders: ${variables}, and XMP fields such as {XMP-photoshop:Headline} (default: "a photo of")`,
    format: (formats: string) => `${formats} (default: by the extension of --out)`,
    again: 'also caption photos that already have a caption with this model, prompt and settings',
    stacks: 'write the text for one photo of each stack; the others get it where it holds for them',
    try: (photos: number) =>
      `show an estimate, caption only a varied sample of ${photos} photos and print the captions; run without it for the rest`,
    candidates: 'sample K captions and keep the one with the best score',
    filter: 'matching model that scores captions; doubtful ones are flagged',
  },
  ask: {
    summary: 'ask questions about a photo, or about many',
    description:
      'Asks a question about a photo, in the format the model was trained on.\n' +
      'With several photos, a folder or several questions, the answers are stored in the library as a run, which can be undone. Run the command again to ask only about new photos, or to continue after an interruption.',
    photos: 'the photo, or photos and folders; then the question or instruction (optional with some presets)',
    question: 'a question about all photos, in place of the one at the end; can be repeated',
    field: (types: readonly string[]) =>
      `keep the answers to the question before it as a field, NAME or NAME=TYPE (${types.join(', ')}); yes-no and a list restrict them`,
    out: 'file for the answers (default: stdout)',
    format: (formats: string) => `${formats} (default: by the extension of --out)`,
    again: 'also ask about photos that already have an answer with this model and settings',
    try: (photos: number) =>
      `show an estimate, ask about only a varied sample of ${photos} photos and print the answers; run without it for the rest`,
    history: 'earlier conversation, as JSON: [{"question": "…", "answer": "…"}, …]',
    raw: 'send the text to the model unchanged',
  },
  score: {
    summary: 'score how well a text matches a photo',
    description:
      'Scores a text for a photo with a matching model: itm is the probability that the text describes the photo, ' +
      'itc the cosine similarity of their embeddings.',
    text: 'the text',
  },
  search: {
    summary: 'search photos by text, filters and content',
    description:
      'Searches photos by words in captions, answers, tags and file names, by filters such as tag:beach, taken:2024-05 or ' +
      'captioned:no, and, with a matching model, by content. See docs/search.md for the query language.',
    query: 'the query; several arguments are combined',
    limit: 'maximum number of photos',
    order: (orders: string) => `${orders} (default: relevance; without words, taken)`,
    reverse: 'reverse the order',
    words: 'search text and filters only, without a model',
  },
  export: {
    summary: 'export captions, tags and answers',
    description:
      'Exports the captions in the library, and tags and answers if requested. No model runs.\n' +
      'See docs/formats.md for the formats.',
    filter: 'only photos that match this query (docs/search.md)',
    dataset:
      'write a new dataset folder for Hugging Face imagefolder: pictures with metadata.jsonl, or .parquet with --format parquet',
    split: 'with --dataset: shares in per cent, such as train=80,validation=10,test=10 (default: train=100)',
    pictures: (choices: readonly string[]) =>
      `with --dataset: how the pictures get there: ${choices.join(', ')} (default: copy)`,
    alternatives: 'include alternative captions',
    altText: 'include alt text',
    longDescription: 'include long descriptions',
    tags: 'include tags',
    answers: 'include answers',
    question: 'include answers to this question only; can be repeated',
    scores: 'include the match score of the caption',
    marks: 'include ratings, flags and color labels; csv, jsonl and parquet',
    template: (variables: string) =>
      `with --format txt or caption: what each file says, such as "{caption}[, {tags}]" (${variables})`,
    preview: 'show the first N photos as they would be exported; writes nothing',
    noCaptions: 'leave out captions',
    human: 'only text and tags from people',
    approved: 'only text and tags that people wrote or approved',
    noDoubtful: 'leave out doubtful captions',
    replace: 'with --format embed: replace descriptions from other programs',
    restore: 'with --format embed: remove what Vignette wrote and restore what was there',
  },

  import: {
    summary: 'import captions, tags and answers',
    description:
      'Imports captions, tags and answers from files that Vignette or another program wrote.\n' +
      'What you wrote is not replaced unless you ask for it. An import is one run and can be undone.\n' +
      'See docs/formats.md for the formats.',
    files: 'documents, or folders with .txt or .caption files',
    format: (formats: string) => `${formats} (default: by the file)`,
    as: (uses: string) => `what .txt files contain: ${uses}`,
    column: 'column with the captions, in JSONL, CSV and Parquet (default: text or caption)',
    onConflict: (choices: string) =>
      `when you wrote another text for a photo: ${choices} (default: keep, and list the conflicts)`,
    dryRun: 'only show what would be imported',
  },
  library: {
    summary: 'manage photo folders and the catalog',
    description: 'Manages the photo folders of the library and its catalog.',
    add: 'Adds folders and their subfolders. Run vignette library scan to read their photos.',
    folders: 'the folders',
    ignore: 'files and folders to ignore, as in .gitignore',
    liveSidecars: 'keep XMP sidecars next to the photos in step while Vignette is open or serving',
    noLiveSidecars: 'no longer keep XMP sidecars in step',
    list: "Lists the library's folders.",
    scan: 'Scans folders for new, changed, moved and missing photos, and reads the new ones.',
    foldersToScan: 'folders to scan (default: all library folders)',
    embed: 'Indexes photos for visual search, with a matching model.',
    status: 'Shows photos, queue and problems.',
    check: 'Checks the catalog for damage.',
    repair: 'rebuild what can be rebuilt; captions, answers and tags are not changed',
    remove:
      'Removes a folder from the library. Its files are not changed. Captions, answers and tags are kept:\n' +
      'add the folder again to restore them. Text from models is deleted after the grace period.',
    folder: 'the folder, as listed by vignette library list',
    restore:
      'Restores a backup of the catalog. The current catalog is kept under another name.\n' +
      'Vignette backs up the catalog automatically and restores the newest backup if the catalog is damaged.',
    backup: 'backup to restore, as listed by --list (default: the newest)',
    listBackups: 'list backups, newest first',
  },
  tags: {
    summary: 'list tags and import keyword lists',
    description: 'The vocabulary is the list of tags that models choose from.',
    list: 'Lists all tags with their number of photos.',
    vocabulary: 'list the vocabulary with its synonyms, as import reads it',
    import: 'Adds a keyword list to the vocabulary: a Lightroom export, tag paths, plain text or CSV.',
    file: 'the list',
    replace: 'replace the vocabulary instead of adding to it',
  },
  fields: {
    summary: 'list and define fields of answers',
    description:
      'A field gives the answers to some questions a name and a type, to find, show and export them by:\n' +
      'answer:season=winter, answer:people>3. Answers are never changed.',
    list: 'Lists all fields with their photos, and those whose answer does not fit the type.',
    save: 'Defines a field, or changes what is said of it.',
    name: 'the field',
    type: (types: readonly string[]) => `what the answers are: ${types.join(', ')} (default: text; with --value, list)`,
    value: 'a value of a list; can be repeated',
    question: 'a question whose answers the field holds; can be repeated',
    rename: 'give the field another name',
    remove: 'Removes a field. Its answers are kept.',
  },
  mark: {
    summary: 'rate, flag and label photos',
    description:
      'Sets the rating, flag or color label of all photos that match the query, as one run for each.\n' +
      'Photo files are not changed.',
    option: (kind: MarkKind, choices: readonly string[]) =>
      `${{ rating: 'stars', flag: 'flag', label: 'color label' }[kind]}: ${choices.join(', ')} (file: the one in the photo's file)`,
  },
  runs: {
    summary: 'list runs and undo them',
    description:
      'Everything that changes captions, answers or tags is a run: captioning, an import, an edit, an undo.\n' +
      'You can undo each of them at any time, and redo it by undoing the undo.',
    list: 'Lists runs, newest first.',
    limit: 'maximum number of runs',
    all: 'include single edits and chats',
    show: 'Shows a run: its model, settings, changes and failures.',
    number: 'number of the run',
    undo:
      'Undoes a run: removes what it added and restores what it removed. Later changes are kept.\n' +
      'An undo is a run too: undo it to redo the first.',
    numberToUndo: 'the number of the run',
  },
  presets: {
    summary: 'list, show, save and remove presets',
    description: 'Presets are prompts for caption --preset and ask --preset.',
    list: 'Lists built-in and custom presets.',
    show: 'Shows the prompt of a preset for each model family.',
    save: 'Saves a custom preset.',
    name: 'its name; a preset with the same name is replaced',
    text: (variables: string) =>
      `the prompt; placeholders: ${variables}, and XMP fields such as {XMP-photoshop:Headline}`,
    question: 'format the text as a question',
    about: 'a description',
    for: (kinds: string) => `the kind of text it is for: ${kinds} (default: caption)`,
    remove: 'Removes a custom preset.',
  },
  models: {
    summary: 'download, import, list, verify, calibrate, pack and remove models',
    description: 'Models on this machine. Vignette compiles published checkpoints itself; see models import --help.',
    list: 'Lists installed models, or with --known the published models you can download.',
    known:
      'what is published, its license and size, and how it would run here; the first time, this machine is measured for up to ten seconds',
    download:
      "Downloads a checkpoint from the Hugging Face hub into the hub's cache and compiles it. A repository that holds only an adapter is merged into its base, which is downloaded, too; so is the base of weights in the layout of BLIP's and LAVIS's training. What is in the cache already is not fetched again.\n" +
      'One that was interrupted goes on when it is started again. A token for repositories that ask for one is taken from HF_TOKEN or from where hf auth login keeps it; HF_ENDPOINT, HF_HOME, HF_HUB_CACHE and HTTPS_PROXY count as elsewhere.',
    repository: 'the repository, such as Salesforce/blip2-opt-2.7b',
    revision: 'branch, tag or commit (default: main)',
    downloadBase:
      'for a repository that holds only an adapter or only weights (*.pth): the checkpoint that they go with, a repository or a folder (default: the one that the adapter names)',
    downloadFile: 'for a repository that holds several files of weights (*.pth): which one',
    downloadAdapter: 'a LoRA adapter that is merged into the checkpoint, a repository or a folder',
    downloadId: 'name of the model (default: from the repository)',
    downloadPrecision: 'how to store the weights, as for models import',
    keep: "the checkpoint stays in the hub's cache; without it, what was fetched is removed when the model is made",
    downloadReplace: 'let the new model take the place of the one of its name, once it is complete and tested',
    import:
      'Compiles a published checkpoint (a folder with config.json and *.safetensors or pytorch_model*.bin) and keeps the result in the library.\n' +
      'A model that was packed on another machine is copied as it is. The source itself is only read. An import that was interrupted goes on when it is started again.',
    source:
      "the checkpoint's folder, its repository's in the Hugging Face cache (models--…), the name of a model that was imported in fp32, a packed model (*.vignette-model), or a file of weights (*.pth, with --base)",
    importBase:
      'for a file of weights as BLIP’s and LAVIS’s training save them (*.pth): a published checkpoint of the same architecture, whose config, tokenizers and other weights are used',
    importAdapter:
      'a LoRA adapter (adapter_config.json and adapter_model.*, as PEFT saves it) that is merged into the checkpoint',
    importId: 'name of the model (default: from the repository or folder)',
    importPrecision:
      'how its weights are stored: fp32 is exact, fp16 for graphics cards, int8 nearly exact and several times as fast, int4 smallest; auto chooses by size, device and memory',
    importReplace: 'replace the existing model of this name once the new one is complete and tested',
    verify:
      'Checks that a model is whole: every byte of its files, then the numbers it computes. With --device, also those that ' +
      'it computes there, whatever was found out about that before.',
    calibrate:
      'Calibrates the score below which a matching model flags captions as doubtful.\n' +
      'PAIRS is a JSON Lines file: {"image": …, "text": …, "holds": true or false}. Image paths are relative to it.',
    matcher: 'the matching model',
    pairs: 'labeled pairs of photo and text (JSON Lines)',
    pack:
      'Packs a model into one file, which vignette models import reads on a machine without a network.\n' +
      'It contains the compiled model and its checksums, and nothing specific to this computer.',
    output: (extension: string) => `output file (default: <ID>${extension} in the current folder)`,
    remove: 'Removes a model from the library. Its checkpoint is not changed.',
  },
  serve: {
    summary: 'open the library in a browser',
    description:
      'Serves the library to a browser and watches its folders. Folders you name are added to the library, ' +
      'and their photos are captioned. The printed address gives access to one browser; after it is used, an address for ' +
      'another browser is printed. Press Ctrl-C to stop.',
    folders: 'folders to add',
    port: 'port; 0 uses any free port',
    host: 'address to listen on; by default, only this computer has access',
    allowHost: 'also accept this host name, for a proxy or your network; can be repeated',
    open: 'open the page in your browser',
  },
};
