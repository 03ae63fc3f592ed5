//! Words around names. All are small letters without accents, each list sorted.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A set of words, made when first asked for.
pub(super) type Words = LazyLock<HashSet<&'static str>>;

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Always before a name.
pub(super) static TITLES: Words = LazyLock::new(|| {
    set(
        "canon cllr councillor dame dr drs fr imam messrs miss missus mister mr mrs ms mstr mx pastor pc prof \
        professor rabbi rev revd reverend sgt sr",
    )
});

/// Before a name, and words of their own as well.
pub(super) static SOFT_TITLES: Words = LazyLock::new(|| {
    set(
        "aunt auntie aunty bishop brother captain charge colonel constable consultant cousin deacon doctor father \
        grampa gran granda grandad grandma grandpa granny lady lord major master matron midwife mother nain nan nana \
        nanna nanny nurse reverend sergeant sir sister staff surgeon taid uncle vicar",
    )
});

/// Before a name as a rule of the first name alone: the person is at work.
pub(super) static STAFF: Words = LazyLock::new(|| {
    set(
        "advocate anaesthetist anp assistant assistants audiologist auxiliaries auxiliary bank barber carer carers \
        caretaker chaplain chef cleaner cleaners clerk co-ordinator consultant cook coordinator counsellor cpn \
        dentist dietician dietitian doctor doctors domestic driver drivers gardener gp hairdresser hca hcas \
        healthcare hostess housekeeper hygienist janitor key-worker keyworker manager matron midwife midwives \
        navigator nurse nurses officer operator optician orthoptist ot paramedic paramedics pharmacist phlebotomist \
        physio physios physiotherapist podiatrist porter porters practitioner psychiatrist psychologist radiographer \
        receptionist receptionists registrar secretary security shopper sister sonographer specialist staff student \
        surgeon technician technicians therapist therapists visitor volunteer volunteers ward-clerk worker",
    )
});

/// Family and friends.
pub(super) static KIN: Words = LazyLock::new(|| {
    set(
        "aunt auntie baby bairn bairns boyfriend boys brother brother-in-law child children cousin da dad daddy \
        daughter daughter-in-law daughters eldest ex father father-in-law fella fiance fiancee friend friends \
        girlfriend girls gran grandad grandchild granddaughter grandfather grandkids grandmother grandson grandsons \
        hubby husband kids law lodger ma mam mammy mate missus mom mother mother-in-law mum mummy nan nana neighbour \
        neighbours nephew newborn niece other-half pal partner sibling sister sister-in-law son son-in-law sons \
        stepdad stepdaughter stepmum stepson twin twins uncle wife youngest",
    )
});

/// Anybody.
pub(super) static PEOPLE: Words = LazyLock::new(|| {
    set(
        "angel angels author bloke boy boys chap chaps dog fellow gentleman girl girls guy hero lad ladies lads lady \
        lass lasses lassie man one pair patient people person resident somebody someone star stars team woman",
    )
});

/// Lead to a name whatever it is.
pub(super) static CALLED: Words = LazyLock::new(|| set("called christened named namely nicknamed"));

/// Lead to a name that has a capital or is in a list.
pub(super) static LEADS: Words = LazyLock::new(|| {
    set(
        "amazing and asked asking beautiful because bless both brilliant but by cheers darling dear dearest diolch \
        especially except faithfully for from god had hello hi including like little love lovely met oh old only our \
        poor regards saw signed sincerely ta thank thanks to told us wee with wonderful x young yours",
    )
});

/// What people do, right behind their name.
pub(super) static ACTS: Words = LazyLock::new(|| {
    set(
        "also always and answered apologised arrived asked ate bought brings brought calmed came cared carried \
        chatted checked cheered cleaned comes cooked couldn't cried cut dealt delivered deserved deserves did didn't \
        died does doesn't drove even explained fell felt fetched fixed found gave gets gives goes got had has held \
        helped helps holds hugged ignored is just keeps kept knew knows laughed learned learnt left let listened \
        looked looks lost loved loves made makes met needed needs never noticed passed phoned picked played popped \
        pushed put ran rang read reads really reassured refused remembered said sang sat saw says set shouted showed \
        sings sits slept smiled sorted spoke started stayed stood stopped takes talked taught tells thought told \
        took treated tried turned understood used visited waited walked wanted wants was washed wasn't waved went \
        were wheeled who whose worked works wrote",
    )
});

/// The same, for names that are words which often stand before `was` and the like.
pub(super) static CLEAR_ACTS: Words = LazyLock::new(|| {
    set(
        "apologised asked brought calmed came chatted checked explained fetched fixed gave held helped hugged laughed \
        listened made noticed phoned picked rang reassured said sang sat showed smiled sorted spoke stayed talked \
        taught told took washed waved wheeled who worked works",
    )
});

/// Where people are, behind their name.
pub(super) static WHERE: Words = LazyLock::new(|| set("at from in on"));

/// Names that are words for what one may have or wait for: a verb behind them says little.
pub(super) static ABSTRACT: Words = LazyLock::new(|| {
    set(
        "amber angel art autumn barb basil bill blessing blossom bright candy charity chase cherry christian clay \
        cliff comfort constance crystal dawn den destiny dot earl eve faith fang favour felicity frank gift ginger \
        glory grace grant guy harmony herb hind honey hope hyacinth innocent jewel joy junior justice kit lance \
        lucky may melody memory mercy miles miracle misty noel patience peace pearl precious princess prosper \
        prudence ram rejoice rich roman saffron sandy storm summer sunny treasure trinity victory will wisdom",
    )
});

/// Behind `is` and `was`: what people are.
pub(super) static PRAISE: Words = LazyLock::new(|| {
    set(
        "a absolutely ace also always amazing an both brilliant caring especially excellent exceptional extremely fab \
        fantastic first friendly gentle great helpful horrible incredible just kind lovely most my nasty on our \
        outstanding particularly patient professional really rude so spot such super the there truly very with \
        wonderful",
    )
});

/// Months and days that are names as well.
pub(super) static MONTHS: Words = LazyLock::new(|| {
    set(
        "april august christmas easter friday jan january july june may monday noel october september sunday",
    )
});

/// Before a month or a place.
pub(super) static BEFORE_PLACE: Words = LazyLock::new(|| {
    set(
        "across after around at before between by during early east every for from in into last late mid near next \
        north of outside over past since south the this through till to towards until via west",
    )
});

/// Behind a name: it is that of a ward, a house, a disease or a thing.
pub(super) static INSTITUTIONS: Words = LazyLock::new(|| {
    set(
        "appeal arms avenue award bag bags bandage bank bay bear birthing biscuits block boot brace bridge building \
        cafe care cathedral catheter center centre chapel charity church clinic close club coffee collar college \
        community contracture corridor cottage council county court cream crescent cup cyst day department dept \
        disease district drain drive entrance farm floor foundation fracture frame fund gardens general group hall \
        health healthcare home hospice hospital hospitals hotel house infirmary inn island lane law line lodge \
        lounge lumpectomy lymphoma manoeuvre maternity medical memorial method neuroma nhs nurse's nurses operation \
        outpatients pads palsy park place practice procedure reception reflex road room royal sarcoma sauce scale \
        school score shop sign splint square st station stockings street suite surgery syndrome tea technique \
        terrace test tests theatre theatres trust tube tumour unit unit's university villa village ward wards way \
        wing",
    )
});

/// Before a name: it is no person's.
pub(super) static INSTITUTIONS_BEFORE: Words = LazyLock::new(|| {
    set(
        "cafe east fort hms hospital hotel king lady lake mount north port prince princess queen royal saint sant \
        south ss st unit ward west ysbyty",
    )
});

/// Surnames that are common words.
pub(super) static WORDY_SURNAMES: Words = LazyLock::new(|| {
    set(
        "abbott archer bailey baker ball banks barber bell berry best bird bishop black bond bridges brook brooks \
        brown bull burns bush butler carter cartwright case castle chance chandler cherry church cole cook cooper \
        crane cross day dean dent dodge dove drake farmer field fielding finch fish fisher flowers ford fox frost \
        gardener gardner garland gill glover golden good grace gray green grey hall hand hardy head heath hill hood \
        hook hope horn house hunt hunter joy judge keen king kitchen knight lake lamb lane law little lock long lord \
        love lowe major marks marsh mason may mercer miller mills moody moss nail noble nurse page park parker parks \
        partridge peacock peel pike plant pool pope potter power powers price reed rice rivers rock root rose rush \
        sadler sands savage sharp sharpe shepherd short singer singh slaughter small smith snow spring stamp steel \
        stone street strong summer summers swan sweet swift tanner taylor tipping towers trainer trout turner walker \
        wall warden waters weaver webb wells west wheeler white winter winters wise wood woods workman wright yard \
        young",
    )
});
